# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# arm64 with VHE, as servers have: the host's kernel is at EL2. Without pauth-impdef, QEMU spends
# most of its time on the pointer authentication of a kernel that uses it.

CPU=max,pauth-impdef=on

# shellcheck source-path=SCRIPTDIR source=arm64.sh
source "$HERE/arm64.sh"
