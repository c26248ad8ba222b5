# SPDX-License-Identifier: GPL-2.0-only
# Debian packages, by what they are needed for.

# LINUX_TARBALL=FILE is a source from elsewhere; so is a suite that patches/linux-*/base names.
SUITE ?= $(shell awk '!/^\#/ { print $$3 }' patches/linux-$(KERNEL)/base 2>/dev/null)
LINUX_SOURCE := $(if $(LINUX_TARBALL)$(SUITE),,linux-source-$(KERNEL))
PACKAGES_kernel := $(LINUX_SOURCE) build-essential flex bison bc libelf-dev lz4 xz-utils patch
PACKAGES_test := $(PACKAGES_kernel) linux-source-$(HARNESS_KERNEL) \
	qemu-system-x86 bochs bochs-term bochsbios vgabios xorriso isolinux syslinux-common \
	bsdutils util-linux pkg-config libnl-3-dev libnl-genl-3-dev clang libclang-rt-14-dev \
	libcmocka-dev procps bsdextrautils quilt git debhelper lintian rsync gnupg dpkg-dev python3
PACKAGES_bench := $(PACKAGES_test) python3 linux-perf
PACKAGES_tools := build-essential pkg-config libnl-genl-3-dev
PACKAGES_demo := $(PACKAGES_kernel) qemu-system-x86 util-linux procps
PACKAGES_check := $(PACKAGES_kernel) sparse shellcheck perl git python3
PACKAGES_configs := $(PACKAGES_kernel) clang lld llvm gcc-s390x-linux-gnu
PACKAGES_series := $(PACKAGES_kernel) git
PACKAGES_refresh := xz-utils patch quilt $(LINUX_SOURCE)
PACKAGES_procps := build-essential libncurses-dev pkg-config patch dpkg-dev tmux dejagnu
PACKAGES_deb-guesttime := build-essential debhelper lintian pkg-config libnl-genl-3-dev libcmocka-dev
PACKAGES_readers := procps htop atop sysstat tmux
PACKAGES_picture := librsvg2-bin fonts-dejavu-core tmux
PACKAGES_deb-procps := build-essential fakeroot debhelper dh-exec lintian libncurses-dev dejagnu \
	libnuma-dev pkg-config libsystemd-dev
# BTF of a host's configuration needs pahole.
PACKAGES_deb-kernel := $(PACKAGES_kernel) fakeroot debhelper lintian cpio kmod rsync libssl-dev \
	$(if $(KCONFIG),dwarves)
PACKAGES_test-deb := mmdebstrap fakeroot e2fsprogs fdisk dpkg-dev binutils qemu-system-x86 util-linux
