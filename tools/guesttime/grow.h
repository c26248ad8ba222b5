/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_GROW_H
#define GUESTTIME_GROW_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/**
 * grow - make room in an array
 * @array:	address of the pointer to its first member
 * @room:	members that it has room for; 0 and a NULL pointer at first
 * @need:	members that it needs room for
 * @size:	of a member [bytes]
 *
 * The new members are not initialized.
 *
 * Return: 0, or -ENOMEM, and the array is as it was.
 */
static inline int grow(void *array, size_t *room, size_t need, size_t size)
{
	size_t want = *room ? *room : 64;
	void *p;

	if (need <= *room)
		return 0;
	while (want < need)
		want *= 2;
	/* The pointer has another type than void *, and may be read as such nowhere else. */
	memcpy(&p, array, sizeof(p));
	p = reallocarray(p, want, size);
	if (!p)
		return -ENOMEM;
	memcpy(array, &p, sizeof(p));
	*room = want;
	return 0;
}

#endif
