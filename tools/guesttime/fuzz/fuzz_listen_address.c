// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes --web.listen-address: what is taken is local, and reads back as the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "listen_address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct listen_address address, again;
	char *text = strndup((const char *)data, size), name[128];

	if (!text)
		return 0;
	if (!listen_address_decode(text, &address)) {
		if (!listen_address_is_local(&address))
			abort();
		listen_address_text(&address, name);
		if (listen_address_decode(name, &again) || memcmp(&address, &again, sizeof(again)))
			abort();
	}
	free(text);
	return 0;
}
