/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout of the guest on arm64, for guest.S and vcpu.c.
 *
 * The guest has 2 MiB of memory. Its MMU is off, so EL0 may use all of it.
 */
#ifndef VMM_MACHINE_H
#define VMM_MACHINE_H

#define GUEST_MEM_SIZE		0x200000

#define GUEST_PARAMS		0xc000
#define GUEST_CODE		0x10000	/* a multiple of 2 KiB, for the vectors */

/* A store here leaves to the VMM. A store GUEST_MMIO_END further on ends the guest. */
#define GUEST_MMIO		0x10000000
#define GUEST_MMIO_END		8

/* GICv3. */
#define GUEST_GICD		0x08000000
#define GUEST_GICR		0x080a0000
#define GUEST_TIMER_IRQ		27	/* of the virtual timer */

/* Ticks of 16 ns between two reads of the counter: with an exit more, without one less. */
#define GUEST_MIN_GAP		100

/*
 * Instructions of a loop beside its two delay loops, counted in guest.S.  GUEST_EXIT3
 * and GUEST_HLT add one each.
 */
#define GUEST_USER_OVERHEAD	18
#define GUEST_SYSTEM_OVERHEAD	14
#define GUEST_EXIT0_INSNS	1
/* guest.S of arm64 has no GUEST_FASTPATH. */
#define GUEST_FASTPATH_INSNS	GUEST_EXIT0_INSNS
/* Instructions of an interrupt of the guest's own. */
#define GUEST_INTERRUPT_OVERHEAD 12

/* None: split counts ticks that are pending at an entry. */
#define GUEST_ENTRY_INSNS	0
#define GUEST_ENTRY_EXCESS	0

#ifndef __ASSEMBLER__
/*
 * Addresses in guest.S: where it resumes after an exit to the VMM, and the two parts of EL0.
 */
extern const char guest_resumed0[], guest_resumed3[];
extern const char guest_el0[], guest_el0_end[], guest_scale[], guest_scale_end[];
#endif

#endif /* VMM_MACHINE_H */
