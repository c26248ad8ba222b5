# SPDX-License-Identifier: GPL-2.0-only
# Debian packages.  "make deps" installs PACKAGES_test, PACKAGES_procps, and PACKAGES_NAME of the
# group NAME of cases that GROUP asks for.  "make demo" installs PACKAGES_demo.

# No linux-source package is needed with LINUX_TARBALL, or if patches/linux-*/base names a suite.
SUITE ?= $(shell awk '!/^\#/ { print $$3 }' patches/linux-$(KERNEL)/base 2>/dev/null)
LINUX_SOURCE := $(if $(LINUX_TARBALL)$(SUITE),,linux-source-$(KERNEL))
PACKAGES_kernel := $(LINUX_SOURCE) build-essential flex bison bc libelf-dev lz4 xz-utils patch
# PROCPS_TARBALL=FILE may be without configure.
PACKAGES_procps := build-essential libncurses-dev pkg-config patch dpkg-dev tmux dejagnu \
	$(if $(PROCPS_TARBALL),autoconf automake libtool autopoint gettext)
PACKAGES_demo := $(PACKAGES_kernel) $(PACKAGES_procps) qemu-system-x86 util-linux procps
PACKAGES_test := $(PACKAGES_demo) linux-source-$(HARNESS_KERNEL) \
	bochs bochs-term bochsbios vgabios xorriso isolinux syslinux-common \
	bsdutils systemd libnl-3-dev libnl-genl-3-dev libmicrohttpd-dev \
	libncurses-dev libzstd-dev zstd clang libclang-rt-14-dev \
	libcmocka-dev bsdextrautils quilt git fakeroot debhelper dh-exec lintian rsync \
	htop atop sysstat sparse shellcheck perl python3 valgrind man-db gnupg
PACKAGES_arm64 := gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-system-arm qemu-user
PACKAGES_arm64-stock := $(PACKAGES_arm64)
PACKAGES_bench := $(PACKAGES_test) python3 linux-perf libbpf-dev dwarves $(if $(A),$(PACKAGES_arm64))
PACKAGES_fleet := $(PACKAGES_demo) openssl libnl-genl-3-dev libmicrohttpd-dev libzstd-dev prometheus \
	prometheus-node-exporter nginx-light iproute2 chromium curl python3 systemd
PACKAGES_demos := $(PACKAGES_fleet)
$(foreach g,accuracy overhead proc accuracy-arm64 overhead-arm64,$(eval PACKAGES_$g := $$(PACKAGES_bench)))
PACKAGES_configs := clang lld llvm gcc-s390x-linux-gnu
PACKAGES_picture := librsvg2-bin fonts-dejavu-core
# BTF of a host's configuration needs pahole.
PACKAGES_packages := libnuma-dev libsystemd-dev cpio kmod libssl-dev $(if $(KCONFIG),dwarves) \
	mmdebstrap fakeroot e2fsprogs fdisk binutils
