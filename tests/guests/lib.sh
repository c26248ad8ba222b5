# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Tests with real guests share this file: TAP results and guests.sh.  Such a test runs on an
# emulated machine without devices; all files are in its initramfs.  A device would interrupt
# QEMU's turns, which crashes guests (tests/guests/qemu).  "on board" names the files
# (scripts/initramfs).
#
# on board: bash awk basename cat cp date dirname echo head ln mkdir mktemp ps rm
# on board: sort stty tail touch tr wc xargs /bin/bash
# on board: /etc/passwd /etc/group /etc/nsswitch.conf /lib/terminfo /usr/lib/locale/C.utf8
# on board: ./tests/guests/guests.sh ./tests/tap.sh ./tests/screen.sh

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 126
: "${KERNEL:=6.12}" "${BUILD:=$PWD/build}"
export KERNEL BUILD
# Lost with the machine.
WORK=$(mktemp -d)

# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=../screen.sh
. tests/screen.sh
# shellcheck source=../guests/guests.sh
. tests/guests/guests.sh

# A result of a lost guest says nothing about shares, whether it failed or passed: report the
# loss instead.
before_failure() { end_if_lost; }
before_plan() { end_if_lost; }
