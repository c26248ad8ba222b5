// SPDX-License-Identifier: GPL-2.0-only
/* Text to a stream in large pieces, and numbers without printf(). */
#include "text_out.h"

#include <stdint.h>
#include <string.h>

#define EXACT		9e15	/* below 2^53: whole numbers are exact */
#define DECIMALS_MAX	6

size_t number_format(char out[NUMBER_ROOM], double v, int decimals)
{
	static const double scales[DECIMALS_MAX + 1] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };
	char digits[24], *end = digits + sizeof(digits), *p = end;
	uint64_t n;
	int i;

	if (decimals > DECIMALS_MAX || !(v >= 0 && v * scales[decimals] < EXACT))
		return (size_t)snprintf(out, NUMBER_ROOM, "%.*f", decimals, v);
	n = (uint64_t)(v * scales[decimals] + 0.5);
	for (i = 0; i <= decimals || n; i++) {
		if (i == decimals && i)
			*--p = '.';
		*--p = (char)('0' + n % 10);
		n /= 10;
	}
	memcpy(out, p, (size_t)(end - p));
	return (size_t)(end - p);
}

void text_flush(struct text_out *text)
{
	if (text->n)
		fwrite(text->buf, 1, text->n, text->out);
	text->n = 0;
}
