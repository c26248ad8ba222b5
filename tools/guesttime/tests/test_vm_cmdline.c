// SPDX-License-Identifier: GPL-2.0-only
/* VMs out of command lines. Arguments are separated by '|' here. */
#include "cmocka_all.h"

#include <errno.h>
#include <string.h>

#include "vm_cmdline.h"

static int decode(const char *args, struct vm_cmdline *vm)
{
	char buf[2048];
	size_t len = strlen(args) + 1, i;

	memcpy(buf, args, len);
	for (i = 0; i < len; i++) {
		if (buf[i] == '|')
			buf[i] = '\0';
	}
	return vm_cmdline_decode(buf, len, vm);
}

static void finds_names(void **state)
{
	static const struct {
		const char *args, *name;
	} cases[] = {
		{ "qemu-system-x86_64|-name|vm1", "vm1" },
		{ "/usr/bin/qemu-system-x86_64|-m|1|-name|vm1|-smp|2", "vm1" },
		{ "/usr/libexec/qemu-kvm|-name|guest=vm1,debug-threads=on", "vm1" },
		{ "kvm|-name|vm1,debug-threads=on", "vm1" },
		{ "qemu|-name|vm1,process=x", "vm1" },
		{ "qemu|-name|process=x,guest=vm1", "vm1" },
		{ "qemu|-name|debug-threads=on,guest=vm1,process=y", "vm1" },
		{ "qemu|-name=vm1", "vm1" },
		{ "qemu|-name=guest=vm1,process=x", "vm1" },
		{ "qemu|--name|vm1", "vm1" },
		{ "qemu|--name=vm1", "vm1" },
		{ "qemu|-name|a,,b,process=x", "a,b" },
		{ "qemu|-name|guest=a,,b,,,,c,process=x", "a,b,,c" },
		{ "qemu|-name|guest=a=b", "a=b" },
		{ "qemu|-name|a b\n(c)\xff", "a b\n(c)\xff" },
		{ "qemu|-name|one|-name|two", "two" },
		{ "qemu|-name|one|-name|process=x", "one" },
		{ "qemu|-append|-named x|-name|vm1", "vm1" },
		{ "qemu|-name|vm1,", "vm1" },
	};
	struct vm_cmdline vm;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (decode(cases[i].args, &vm))
			fail_msg("no VM in %s", cases[i].args);
		assert_string_equal(vm.name, cases[i].name);
	}
}

static void finds_no_name(void **state)
{
	static const char *const cases[] = {
		"qemu", "qemu|-m|1", "qemu|-name", "qemu|-name|", "qemu|-name=",
		"qemu|-name|process=x", "qemu|-name|debug-threads=on", "qemu|-name|guest=",
		"qemu|name|vm1", "qemu|-names|vm1",
	};
	static const char *const others[] = {
		"find|-name|vm1", "/opt/qemu/find|-name|vm1", "", "|-name|x",
	};
	struct vm_cmdline vm;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (decode(cases[i], &vm) || *vm.name)
			fail_msg("a name in %s", cases[i]);
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (decode(others[i], &vm) != -ENOENT)
			fail_msg("a VM in %s", others[i]);
	}
}

static void ignores_a_name_that_was_cut(void **state)
{
	static const char cut[] = "qemu\0-name\0vm-1";
	struct vm_cmdline vm;

	assert_int_equal(vm_cmdline_decode(cut, sizeof(cut) - 1, &vm), 0);
	assert_string_equal(vm.name, "");
	assert_int_equal(vm_cmdline_decode(cut, 0, &vm), -ENOENT);
	assert_int_equal(vm_cmdline_decode(cut, sizeof(cut), &vm), 0);
	assert_string_equal(vm.name, "vm-1");
}

static void cuts_long_names(void **state)
{
	char args[1024] = "qemu|-name|";
	struct vm_cmdline vm;

	memset(args + strlen(args), 'n', 500);
	assert_int_equal(decode(args, &vm), 0);
	assert_int_equal(strlen(vm.name), VM_NAME_MAX);
}

/* As these programs were started, less what says nothing of the VM. */
static void recognises_vmms(void **state)
{
	static const struct {
		const char *args, *vmm, *name, *uuid, *id;
	} cases[] = {
		/* libvirt */
		{ "/usr/bin/qemu-system-x86_64|-name|guest=web01,debug-threads=on|-S|-object|"
		  "{\"qom-type\":\"secret\",\"id\":\"masterKey0\"}|-machine|"
		  "pc-q35-7.2,usb=off,dump-guest-core=off|-accel|kvm|-cpu|host,migratable=on|-m|"
		  "size=2097152k|-smp|2,sockets=2,cores=1,threads=1|-uuid|"
		  "4DEA22B3-1D52-D8F3-2516-782E98AB3FA0|-display|none|-no-user-config",
		  "qemu", "web01", "4dea22b3-1d52-d8f3-2516-782e98ab3fa0", "" },
		/* Proxmox */
		{ "/usr/bin/kvm|-id|104|-name|db,debug-threads=on|-no-shutdown|-chardev|"
		  "socket,id=qmp,path=/var/run/qemu-server/104.qmp,server=on,wait=off|-smbios|"
		  "type=1,uuid=0f8a6a53-6b5e-4c5e-8b0e-0a6d8f5f9a11|-smp|4,sockets=1,cores=4",
		  "qemu", "db", "0f8a6a53-6b5e-4c5e-8b0e-0a6d8f5f9a11", "104" },
		/* KubeVirt */
		{ "/usr/libexec/qemu-kvm|-name|guest=prod_api,debug-threads=on|-uuid|"
		  "11111111-2222-3333-4444-555555555555", "qemu", "prod_api",
		  "11111111-2222-3333-4444-555555555555", "" },
		{ "/usr/bin/firecracker|--api-sock|/run/fc.sock|--id|i-0abc", "firecracker",
		  "i-0abc", "", "" },
		/* as its jailer starts it */
		{ "/firecracker|--id=551e7604-e35c-42b3-b825-416853441234|--start-time-us|1|"
		  "--start-time-cpu-us|2", "firecracker",
		  "551e7604-e35c-42b3-b825-416853441234", "", "" },
		{ "cloud-hypervisor|--api-socket|/run/ch/blue.sock|--cpus|boot=4", "cloud-hypervisor",
		  "blue", "", "" },
		{ "/usr/bin/cloud-hypervisor|--api-socket=path=/run/vc/vm/abc/clh-api.sock|--platform|"
		  "num_pci_segments=1,uuid=11111111-2222-3333-4444-555555555555", "cloud-hypervisor",
		  "clh-api", "11111111-2222-3333-4444-555555555555", "" },
		{ "crosvm|run|--name|termina|--cpus|2", "crosvm", "termina", "", "" },
		{ "/usr/bin/lkvm|run|--name|tiny", "kvmtool", "tiny", "", "" },
		{ "qemu|-uuid|not-a-uuid", "qemu", "", "", "" },
		{ "qemu|-uuid|4dea22b3-1d52-d8f3-2516-782e98ab3fa01", "qemu", "", "", "" },
	};
	struct vm_cmdline vm;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(decode(cases[i].args, &vm), 0);
		assert_string_equal(vm.vmm, cases[i].vmm);
		assert_string_equal(vm.name, cases[i].name);
		assert_string_equal(vm.uuid, cases[i].uuid);
		assert_string_equal(vm.id, cases[i].id);
		assert_false(vm.hidden);
	}
}

/* Red when: an object in JSON has no type, or no policy; the bit of the policy is another. */
static void recognises_hidden_guests(void **state)
{
	static const struct {
		const char *args;
		bool hidden;
	} cases[] = {
		{ "qemu|-object|sev-guest,id=sev0,cbitpos=51,reduced-phys-bits=1", false },
		{ "qemu|-object|sev-guest,id=sev0,policy=0x1", false },
		{ "qemu|-object|sev-guest,id=sev0,policy=0x5,cbitpos=51", true },
		{ "qemu|-object|sev-guest,id=sev0,policy=5", true },
		{ "qemu|-object|sev-snp-guest,id=lsec0", true },
		{ "qemu|-object|tdx-guest,id=tdx0", true },
		{ "qemu|-object|rng-random,id=tdx-guest", false },
		{ "qemu|-object|{\"qom-type\":\"sev-guest\",\"id\":\"lsec0\",\"cbitpos\":47,"
		  "\"reduced-phys-bits\":1,\"policy\":5}", true },
		{ "qemu|-object|{\"qom-type\":\"sev-guest\",\"id\":\"s\",\"policy\":3}", false },
		{ "qemu|-object|{\"qom-type\":\"sev-snp-guest\",\"id\":\"s\",\"policy\":196608}",
		  true },
		{ "qemu|-object|{\"qom-type\":\"tdx-guest\",\"id\":\"lsec0\","
		  "\"quote-generation-socket\":{\"type\":\"unix\"}}", true },
		{ "qemu|-object|{\"qom-type\":\"secret\",\"id\":\"tdx-guest\"}", false },
		{ "cloud-hypervisor|--platform|tdx=on", true },
		{ "cloud-hypervisor|--platform|sev_snp=on,num_pci_segments=1", true },
		{ "cloud-hypervisor|--platform|tdx=off", false },
	};
	struct vm_cmdline vm;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(decode(cases[i].args, &vm), 0);
		if (vm.hidden != cases[i].hidden)
			fail_msg("hidden %d: %s", vm.hidden, cases[i].args);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_names),
		cmocka_unit_test(finds_no_name),
		cmocka_unit_test(ignores_a_name_that_was_cut),
		cmocka_unit_test(cuts_long_names),
		cmocka_unit_test(recognises_vmms),
		cmocka_unit_test(recognises_hidden_guests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
