// SPDX-License-Identifier: GPL-2.0-only
/* Guest time times the shares of samples. */
#include "share.h"

#include <math.h>

void share_charge(struct share *share, uint64_t ticks, double fraction)
{
	uint64_t user;

	share->exact += (double)ticks * fraction;
	/* The remainder of rounding, at most one tick, is kept for the next time. */
	user = (uint64_t)floor(share->exact) - share->user;
	if (user > ticks)
		user = ticks;
	share->user += user;
	share->system += ticks - user;
}
