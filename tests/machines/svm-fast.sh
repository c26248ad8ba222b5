# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# AMD SVM in QEMU TCG, in wall time; CPUs run in parallel.

# shellcheck source-path=SCRIPTDIR source=qemu.sh
source "$HERE/qemu.sh"

machine_start() {
	qemu_start -accel tcg
}
