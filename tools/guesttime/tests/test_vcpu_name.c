// SPDX-License-Identifier: GPL-2.0-only
/* vCPU indexes from the names that VMMs give their threads. */
#include "cmocka_all.h"

#include "vcpu_name.h"

static void finds_the_number_of_a_vcpu(void **state)
{
	static const struct {
		const char *comm;
		int index;	/* -1 for none */
	} cases[] = {
		{ "CPU 0/KVM", 0 }, { "CPU 255/KVM", 255 }, { "fc_vcpu 3", 3 }, { "vcpu12", 12 },
		{ "crosvm_vcpu1", 1 }, { "kvm-vcpu-2", 2 }, { "CPU 65535/KVM", 65535 },
		{ "CPU 0/TCG", -1 }, { "CPU /KVM", -1 }, { "CPU 0/KVMx", -1 }, { "CPU 0", -1 },
		{ "vcpu", -1 }, { "vcpu1x", -1 }, { "IO iothread1", -1 }, { "vhost-4711", -1 },
		{ "CPU 65536/KVM", -1 }, { "vcpu99999999999", -1 }, { "", -1 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t index = 0;
		bool found = vcpu_name_decode(cases[i].comm, &index);

		if (found != (cases[i].index >= 0) || (found && index != (uint32_t)cases[i].index))
			fail_msg("%s: %d, %u", cases[i].comm, found, index);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_number_of_a_vcpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
