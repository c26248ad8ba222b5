/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_SHARE_H
#define GUESTTIME_SHARE_H

#include <stdint.h>

/**
 * struct share - guest time, split in proportion
 * @user:	so far, rounded down; never falls
 * @system:	so far; never falls
 *
 * Their sum is all that was charged, to the tick.
 */
struct share {
	uint64_t user;
	uint64_t system;
	double exact;		/* user, not rounded */
};

/**
 * share_charge - split some more
 * @ticks:	guest time
 * @fraction:	of it that was guest user, 0 to 1
 */
void share_charge(struct share *share, uint64_t ticks, double fraction);

#endif
