// SPDX-License-Identifier: GPL-2.0-only
/* Domains, pods and containers out of /proc/<pid>/cgroup. */
#include "cmocka_all.h"

#include <string.h>

#include "vm_cgroup.h"

#define ID64	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void decodes_cgroups_of_vms(void **state)
{
	static const struct {
		const char *text, *path, *domain, *pod, *container;
	} cases[] = {
		/* libvirt and systemd, before and since the threads have groups of their own */
		{ "0::/machine.slice/machine-qemu\\x2d1\\x2dweb01.scope\n",
		  "/machine.slice/machine-qemu\\x2d1\\x2dweb01.scope", "web01", "", "" },
		{ "0::/machine.slice/machine-qemu\\x2d12\\x2dmy\\x2dvm\\x2d3.scope/libvirt/emulator\n",
		  "/machine.slice/machine-qemu\\x2d12\\x2dmy\\x2dvm\\x2d3.scope/libvirt/emulator",
		  "my-vm-3", "", "" },
		/* libvirt without systemd, version 1 */
		{ "11:cpuset:/machine/qemu-7-db.libvirt-qemu/emulator\n"
		  "4:cpu,cpuacct:/machine/qemu-7-db.libvirt-qemu/emulator\n0::/\n",
		  "/machine/qemu-7-db.libvirt-qemu/emulator", "db", "", "" },
		/* Proxmox: the number is in the command line */
		{ "0::/qemu.slice/104.scope\n", "/qemu.slice/104.scope", "", "", "" },
		/* Kubernetes with the systemd and the cgroupfs driver */
		{ "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-"
		  "pod8c3f1c3e_7b5a_4c7e_9d53_3f5a3f1c7e11.slice/cri-containerd-" ID64 ".scope\n",
		  "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-"
		  "pod8c3f1c3e_7b5a_4c7e_9d53_3f5a3f1c7e11.slice/cri-containerd-" ID64 ".scope",
		  "", "8c3f1c3e-7b5a-4c7e-9d53-3f5a3f1c7e11", ID64 },
		{ "0::/kubepods/besteffort/pod8c3f1c3e-7b5a-4c7e-9d53-3f5a3f1c7e11/" ID64 "\n",
		  "/kubepods/besteffort/pod8c3f1c3e-7b5a-4c7e-9d53-3f5a3f1c7e11/" ID64,
		  "", "8c3f1c3e-7b5a-4c7e-9d53-3f5a3f1c7e11", ID64 },
		{ "0::/system.slice/docker-" ID64 ".scope\n",
		  "/system.slice/docker-" ID64 ".scope", "", "", ID64 },
		/* not these */
		{ "0::/user.slice/user-0.slice/session-1.scope\n",
		  "/user.slice/user-0.slice/session-1.scope", "", "", "" },
		{ "0::/machine.slice/machine-qemu\\x2dweb.scope\n",
		  "/machine.slice/machine-qemu\\x2dweb.scope", "", "", "" },
		{ "0::/machine.slice/machine-fedora.scope\n",
		  "/machine.slice/machine-fedora.scope", "", "", "" },
		{ "0::/machine.slice/machine-qemu\\x2d1\\x2da\\x00b\\xzz.scope\n",
		  "/machine.slice/machine-qemu\\x2d1\\x2da\\x00b\\xzz.scope", "a\\x00b\\xzz", "", "" },
		{ "0::/podcast/pod1234\n", "/podcast/pod1234", "", "", "" },
		{ "0::/\n", "/", "", "", "" },
		{ "0::/cut", "", "", "", "" },
		{ "0:/x\n", "", "", "", "" },
		{ "0::x\n", "", "", "", "" },
		{ "", "", "", "", "" },
	};
	struct vm_cgroup c;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		vm_cgroup_decode(cases[i].text, strlen(cases[i].text), &c);
		assert_string_equal(c.path, cases[i].path);
		assert_string_equal(c.domain, cases[i].domain);
		assert_string_equal(c.pod, cases[i].pod);
		assert_string_equal(c.container, cases[i].container);
	}
}

static void cuts_long_paths(void **state)
{
	char text[VM_CGROUP_MAX + 100] = "0::/";
	struct vm_cgroup c;

	memset(text + 4, 'x', sizeof(text) - 4);
	text[sizeof(text) - 1] = '\n';
	vm_cgroup_decode(text, sizeof(text), &c);
	assert_int_equal(strlen(c.path), VM_CGROUP_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_cgroups_of_vms),
		cmocka_unit_test(cuts_long_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
