# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# arm64 with VHE, as servers have: the host's kernel is at EL2. pauth-impdef: else
# QEMU spends its time on pointer authentication, if the kernel uses that.

CPU=max,pauth-impdef=on

# shellcheck source-path=SCRIPTDIR source=arm64.sh
source "$HERE/arm64.sh"
