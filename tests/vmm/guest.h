/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's parameters, for guest.S and vmm.c. machine.h of x86/ or arm64/ has their address, and
 * all else that differs between architectures.
 */
#ifndef VMM_GUEST_H
#define VMM_GUEST_H

#include "machine.h"

/*
 * Parameters: 64-bit words at GUEST_PARAMS. Ring 3 is EL0 on arm64, and ring 0 is EL1.
 */
#define PARAM_USER		0	/* iterations of two instructions in ring 3 */
#define PARAM_SYSTEM		8	/* the same in ring 0 */
#define PARAM_FLAGS		16
#define PARAM_LOOPS		24	/* loops done, written by the guest */
#define PARAM_PROBES		32	/* exits to measure, with GUEST_PROBE_* */
#define PARAM_TIMER		40	/* period of its own timer, with GUEST_TIMER */
#define PARAM_INTERRUPTS	48	/* interrupts taken, written by the guest */

/* PARAM_FLAGS */
#define GUEST_RING3		1	/* there is a ring 3 part */
#define GUEST_RING0		2	/* there is a ring 0 part */
#define GUEST_EXIT3		4	/* leave to the VMM from ring 3, each loop */
#define GUEST_EXIT0		8	/* leave to the VMM from ring 0, each loop */
#define GUEST_PROBE_CPUID	16	/* instead: measure exits of this kind: CPUID, HVC */
#define GUEST_PROBE_OUT		32	/* OUT, a store to a device */
#define GUEST_PROBE_HLT		64	/* HLT, WFI */
#define GUEST_PROBE_GAPS	128	/* whatever interrupts the guest */
#define GUEST_TIMER		256	/* with interrupts of its own */
#define GUEST_HLT		512	/* halt until the next one, each loop, in ring 0 */
#define GUEST_PROBE_ICR		1024	/* to the interrupt controller: ICR, GICD */
#define GUEST_PROBE_DEADLINE	2048
#define GUEST_PROBE_EXPIRY	4096	/* the end of a deadline */
#define GUEST_FASTPATH		8192	/* GUEST_EXIT0 leaves to KVM, by a write to ICR */

/* The durations of a probe's exits, as 32-bit numbers, in ticks of the guest's clock. */
#define GUEST_SAMPLES		0x100000
#define GUEST_MAX_SAMPLES	0x20000

#ifndef __ASSEMBLER__
extern const char guest_start[], guest_end[];
#endif

#endif /* VMM_GUEST_H */
