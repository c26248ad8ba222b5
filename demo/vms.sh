# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Switch collection on, and start three VMs with their consoles in $WORK. The demo's hosts source
# this in the top of the tree. One VM computes, one is busy in its kernel, one exits to its VMM
# all the time.
#
# on board: sysctl ./tests/guests/guests.sh

die() { echo "demo: $1" >&2; exit 1; }
# shellcheck source=../tests/guests/guests.sh
. tests/guests/guests.sh

sysctl -qw kernel.collect_guest_utilization=1
guest compute user
guest kernel system
guest io io
guests_work 600
