# SPDX-License-Identifier: GPL-2.0-only
# The architecture of the kernel and of the machines that test it.

ARCH ?= x86
IMAGE_x86 := arch/x86/boot/bzImage
IMAGE_arm64 := arch/arm64/boot/Image
IMAGE := $(IMAGE_$(ARCH))
$(if $(IMAGE),,$(error ARCH is x86 or arm64, not $(ARCH)))

# Builds for x86 have no suffix.
ifneq ($(ARCH),x86)
A := -$(ARCH)
export KMAKE_ARCH := $(ARCH)
endif
ifeq ($(ARCH),arm64)
export CROSS_COMPILE := aarch64-linux-gnu-
endif
CROSS_CC := $(CROSS_COMPILE)gcc
