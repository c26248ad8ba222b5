/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory of guests in other modes than that of guest.S, for modes.S and modes.c. guest.h has
 * the rest of it.
 */
#ifndef VMM_MODES_H
#define VMM_MODES_H

#include "../guest.h"

#define MODES_CODE		0x18000
#define MODES_VMCB		0x20000	/* of the nested guest */
#define MODES_HSAVE		0x21000	/* host save area of the guest's VMRUN */
#define MODES_SMBASE		0x30000
#define MODES_SMM_ENTRY		(MODES_SMBASE + 0x8000)

/* In the GDT, behind those of guest.h: 32-bit code of ring 0. */
#define MODES_CS32		0x38

/* Fields of a VMCB: control area, then save area. */
#define VMCB_INTERCEPT_MISC1	0x00c
#define VMCB_ASID		0x058
#define VMCB_ES			0x400
#define VMCB_CS			0x410
#define VMCB_SS			0x420
#define VMCB_DS			0x430
#define VMCB_FS			0x440
#define VMCB_GS			0x450
#define VMCB_GDTR		0x460
#define VMCB_LDTR		0x470
#define VMCB_IDTR		0x480
#define VMCB_TR			0x490
#define VMCB_CPL		0x4cb
#define VMCB_EFER		0x4d0
#define VMCB_CR4		0x548
#define VMCB_CR3		0x550
#define VMCB_CR0		0x558
#define VMCB_DR7		0x560
#define VMCB_DR6		0x568
#define VMCB_RFLAGS		0x570
#define VMCB_RIP		0x578
#define VMCB_RSP		0x5d8

#define VMCB_MISC1_SHUTDOWN	(1UL << 31)
#define VMCB_MISC2_VMRUN	(1UL << 0)
#define VMCB_MISC2_VMMCALL	(1UL << 1)

#define VMMCALL_LENGTH		3

#ifndef __ASSEMBLER__
extern const char modes_start[], modes_end[];
extern const char mode_real[], mode_halt[], mode_16bit[], mode_vm86_trap[], mode_32bit[];
extern const char mode_fault[], mode_smm[], mode_nested[], mode_nested_guest[];
extern const char mode_smm_handler[], mode_smm_handler_end[];
#endif

#endif /* VMM_MODES_H */
