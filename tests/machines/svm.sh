# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# AMD SVM in QEMU TCG, deterministic: the clock counts instructions.

# shellcheck source-path=SCRIPTDIR source=qemu.sh
source "$HERE/qemu.sh"
# shellcheck source-path=SCRIPTDIR source=icount.sh
source "$HERE/icount.sh"

machine_start() {
	qemu_start "${ICOUNT[@]}"
}
