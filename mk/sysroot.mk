# SPDX-License-Identifier: GPL-2.0-only
# Debian's libraries for the programs of another architecture, and the QEMU of a real guest.
# These packages are fetched anew when this file changes, so it has nothing else.

SYSROOT_PACKAGES := qemu-system-arm libnl-3-dev libnl-genl-3-dev libcmocka-dev libmicrohttpd-dev libncurses-dev libzstd-dev
