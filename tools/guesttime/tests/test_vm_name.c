// SPDX-License-Identifier: GPL-2.0-only
/* VM names out of command lines. Arguments are separated by '|' here. */
#include "cmocka_all.h"

#include <errno.h>
#include <string.h>

#include "vm_name.h"

static int decode(const char *args, char *name)
{
	char buf[2048];
	size_t len = strlen(args) + 1, i;

	memcpy(buf, args, len);
	for (i = 0; i < len; i++) {
		if (buf[i] == '|')
			buf[i] = '\0';
	}
	return vm_name_decode(buf, len, name);
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
	char name[VM_NAME_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (decode(cases[i].args, name))
			fail_msg("no name in %s", cases[i].args);
		assert_string_equal(name, cases[i].name);
	}
}

static void finds_no_name(void **state)
{
	static const char *const cases[] = {
		"qemu", "qemu|-m|1", "qemu|-name", "qemu|-name|", "qemu|-name=",
		"qemu|-name|process=x", "qemu|-name|debug-threads=on", "qemu|-name|guest=",
		"qemu|name|vm1", "qemu|-names|vm1", "find|-name|vm1", "/opt/qemu/find|-name|vm1",
		"", "|-name|x",
	};
	char name[VM_NAME_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (decode(cases[i], name) != -ENOENT)
			fail_msg("a name in %s", cases[i]);
	}
}

static void ignores_what_was_cut(void **state)
{
	static const char cut[] = "qemu\0-name\0vm-1";
	char name[VM_NAME_MAX + 1];

	(void)state;
	assert_int_equal(vm_name_decode(cut, sizeof(cut) - 1, name), -ENOENT);
	assert_int_equal(vm_name_decode(cut, 0, name), -ENOENT);
	assert_int_equal(vm_name_decode(cut, sizeof(cut), name), 0);
}

static void cuts_long_names(void **state)
{
	char args[1024] = "qemu|-name|", name[VM_NAME_MAX + 1];

	(void)state;
	memset(args + strlen(args), 'n', 500);
	assert_int_equal(decode(args, name), 0);
	assert_int_equal(strlen(name), VM_NAME_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_names),
		cmocka_unit_test(finds_no_name),
		cmocka_unit_test(ignores_what_was_cut),
		cmocka_unit_test(cuts_long_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
