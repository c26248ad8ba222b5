# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# arm64 without VHE: the host's kernel is at EL1, and a part of KVM at EL2.

CPU=cortex-a57

# shellcheck source-path=SCRIPTDIR source=arm64.sh
source "$HERE/arm64.sh"
