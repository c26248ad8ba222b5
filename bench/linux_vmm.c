// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux guests by the 64-bit boot protocol of Documentation/arch/x86/boot.rst.  The guest has KVM's
 * interrupt controllers and timer, and no other devices.
 */
#define _GNU_SOURCE
#include <asm/bootparam.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "linux_vmm.h"
#include "cpu.h"

#define MEM_SIZE	(96UL << 20)

/* The layout of the guest's memory. */
#define AT_GDT		0x1000UL
#define AT_PML4		0x2000UL
#define AT_PDPT		0x3000UL
#define AT_PD		0x4000UL
#define AT_PARAMS	0x10000UL
#define AT_CMDLINE	0x20000UL
#define AT_HIGH_MEM	0x100000UL
#define AT_KERNEL	0x1000000UL
#define LOW_MEM_END	0x9fc00UL
/* The entry for 64-bit loaders, from the start of the kernel. */
#define ENTRY64		0x200

#define BOOT_CS		0x10
#define BOOT_DS		0x18
#define PTE_PW		3UL
#define PTE_LARGE	(1UL << 7)
#define TYPE_OTHER	0xff

#define COM1		0x3f8
#define COM1_STATUS	0x3fd
#define COM1_SENT	0x60

static char *map_file(const char *path, size_t *size)
{
	struct stat st;
	char *at;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		err(1, "%s", path);
	*size = st.st_size;
	at = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		err(1, "%s", path);
	close(fd);
	return at;
}

static void load_kernel(char *mem, const char *path)
{
	struct boot_params *params = (void *)(mem + AT_PARAMS);
	const struct setup_header *header;
	size_t size, setup;
	char *file;

	file = map_file(path, &size);
	header = (void *)(file + offsetof(struct boot_params, hdr));
	if (size < 4096 || header->header != 0x53726448 || !(header->xloadflags & XLF_KERNEL_64))
		errx(1, "%s: not a 64-bit bzImage", path);
	setup = (header->setup_sects + 1) * 512UL;
	if (size < setup || AT_KERNEL + header->init_size > MEM_SIZE)
		errx(1, "%s: does not fit into the guest", path);
	params->hdr = *header;
	memcpy(mem + AT_KERNEL, file + setup, size - setup);
	munmap(file, size);
}

static void load_initramfs(char *mem, const char *path)
{
	struct boot_params *params = (void *)(mem + AT_PARAMS);
	size_t size, at;
	char *file;

	file = map_file(path, &size);
	at = (MEM_SIZE - size) & ~4095UL;
	if (at < AT_KERNEL + params->hdr.init_size)
		errx(1, "%s: does not fit into the guest", path);
	memcpy(mem + at, file, size);
	params->hdr.ramdisk_image = at;
	params->hdr.ramdisk_size = size;
	munmap(file, size);
}

static void make_params(char *mem, const char *cmdline)
{
	struct boot_params *params = (void *)(mem + AT_PARAMS);

	memcpy(mem + AT_CMDLINE, cmdline, strlen(cmdline) + 1);
	params->hdr.cmd_line_ptr = AT_CMDLINE;
	params->hdr.type_of_loader = TYPE_OTHER;
	params->hdr.loadflags |= LOADED_HIGH;
	params->e820_table[0].size = LOW_MEM_END;
	params->e820_table[0].type = 1;
	params->e820_table[1].addr = AT_HIGH_MEM;
	params->e820_table[1].size = MEM_SIZE - AT_HIGH_MEM;
	params->e820_table[1].type = 1;
	params->e820_entries = 2;
}

/* 64-bit mode, all memory mapped where it is. */
static void make_tables(char *mem)
{
	unsigned long *gdt = (void *)(mem + AT_GDT), *pd = (void *)(mem + AT_PD);
	unsigned int i;

	gdt[BOOT_CS / 8] = 0x00af9b000000ffff;
	gdt[BOOT_DS / 8] = 0x00cf93000000ffff;
	*(unsigned long *)(mem + AT_PML4) = AT_PDPT | PTE_PW;
	*(unsigned long *)(mem + AT_PDPT) = AT_PD | PTE_PW;
	for (i = 0; i < 512; i++)
		pd[i] = ((unsigned long)i << 21) | PTE_PW | PTE_LARGE;
}

static void set_registers(const struct kvm *kvm)
{
	struct kvm_regs regs = {
		.rip = AT_KERNEL + ENTRY64, .rsi = AT_PARAMS, .rflags = 2,
	};
	struct kvm_sregs sregs;

	kvm_get_flat_sregs(kvm, BOOT_CS, BOOT_DS, &sregs);
	sregs.gdt.base = AT_GDT;
	sregs.gdt.limit = BOOT_DS + 8 - 1;
	sregs.cr0 = 0x80000021;		/* PG, NE, PE */
	sregs.cr3 = AT_PML4;
	sregs.cr4 = 0x20;		/* PAE */
	sregs.efer = 0x500;		/* LME, LMA */
	kvm_ioctl(kvm->vcpu, KVM_SET_SREGS, &sregs, "KVM_SET_SREGS");
	kvm_ioctl(kvm->vcpu, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

/* The serial port is always ready to send. Reads of other ports find no device. */
static void answer(struct kvm_run *run)
{
	if (run->exit_reason == KVM_EXIT_IO && run->io.direction == KVM_EXIT_IO_IN &&
	    run->io.port == COM1_STATUS)
		*((char *)run + run->io.data_offset) = COM1_SENT;
	else if (run->exit_reason == KVM_EXIT_IO && run->io.direction == KVM_EXIT_IO_IN)
		memset((char *)run + run->io.data_offset, 0xff, run->io.size * run->io.count);
	else if (run->exit_reason == KVM_EXIT_MMIO && !run->mmio.is_write)
		memset(run->mmio.data, 0xff, sizeof(run->mmio.data));
	else if (run->exit_reason != KVM_EXIT_IO && run->exit_reason != KVM_EXIT_MMIO)
		errx(1, "Linux guest: unexpected exit %u", run->exit_reason);
}

/* The character that the guest has just written to its serial port, or 0. */
static char written(struct kvm_run *run)
{
	if (run->exit_reason != KVM_EXIT_IO || run->io.port != COM1 ||
	    run->io.direction != KVM_EXIT_IO_OUT)
		return 0;
	return *((char *)run + run->io.data_offset);
}

void linux_run(const char *kernel, const char *initramfs, const char *cmdline,
	       int (*told)(unsigned int count))
{
	struct kvm_pit_config pit = { .flags = KVM_PIT_SPEAKER_DUMMY };
	unsigned int count = 0;
	struct kvm kvm;
	char *mem;

	kvm_create_vm(&kvm);
	kvm_ioctl(kvm.vm, KVM_SET_TSS_ADDR, (void *)0xfffbd000UL, "KVM_SET_TSS_ADDR");
	kvm_ioctl(kvm.vm, KVM_CREATE_IRQCHIP, NULL, "KVM_CREATE_IRQCHIP");
	kvm_ioctl(kvm.vm, KVM_CREATE_PIT2, &pit, "KVM_CREATE_PIT2");

	mem = mmap(NULL, MEM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		err(1, "mmap of guest memory");
	load_kernel(mem, kernel);
	load_initramfs(mem, initramfs);
	make_params(mem, cmdline);
	make_tables(mem);
	kvm_set_memory(&kvm, mem, MEM_SIZE);
	kvm_create_vcpu(&kvm);
	kvm_set_cpuid(&kvm);
	set_registers(&kvm);

	for (;;) {
		if (ioctl(kvm.vcpu, KVM_RUN, NULL) < 0) {
			if (errno == EINTR)
				continue;
			err(1, "KVM_RUN");
		}
		answer(kvm.run);
		if (written(kvm.run) == LINUX_TELL[count % 2] && told(count++))
			break;
	}
	kvm_destroy(&kvm);
	munmap(mem, MEM_SIZE);
}
