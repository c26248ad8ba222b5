/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest CPU time split by ring: what the KUnit suite sees of the core beside
 * its API.  Without KUnit these functions are static.
 */
#ifndef _KERNEL_GUEST_CPUTIME_H
#define _KERNEL_GUEST_CPUTIME_H

#if IS_ENABLED(CONFIG_KUNIT)

#include <linux/guest_cputime.h>

/* What the guest that this CPU has just interrupted was doing. */
enum guest_cputime_ring guest_cputime_sample(void);

/* Add @ns to the side of @gct that @ring (not UNKNOWN) names. */
void guest_cputime_charge(struct guest_cputime *gct, enum guest_cputime_ring ring, u64 ns);

#endif

#endif /* _KERNEL_GUEST_CPUTIME_H */
