// SPDX-License-Identifier: GPL-2.0-only
/* Addresses of this host alone: loopback and Unix sockets. A pure function of bytes. */
#include "listen_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool port_of(const char *text, in_port_t *port)
{
	uint32_t v = 0;
	const char *p;

	for (p = text; *p >= '0' && *p <= '9' && v <= UINT16_MAX; p++)
		v = v * 10 + (uint32_t)(*p - '0');
	*port = htons((uint16_t)v);
	return p != text && !*p && v <= UINT16_MAX;
}

static int local_path(const char *path, struct listen_address *address)
{
	struct sockaddr_un *un = &address->u.local;

	if (*path != '/' || strlen(path) >= sizeof(un->sun_path))
		return -EINVAL;
	un->sun_family = AF_UNIX;
	strcpy(un->sun_path, path);
	address->len = sizeof(*un);
	return 0;
}

bool listen_address_is_local(const struct listen_address *address)
{
	switch (address->u.any.sa_family) {
	case AF_UNIX:
		return true;
	case AF_INET:
		return ntohl(address->u.ip4.sin_addr.s_addr) >> 24 == 127;
	case AF_INET6:
		return IN6_IS_ADDR_LOOPBACK(&address->u.ip6.sin6_addr);
	}
	return false;
}

int listen_address_decode(const char *text, struct listen_address *address)
{
	const char *colon = strrchr(text, ':');
	in_port_t port;
	char host[64];
	size_t len;

	memset(address, 0, sizeof(*address));
	if (!strncmp(text, "unix:", 5))
		return local_path(text + 5, address);
	if (!colon || !port_of(colon + 1, &port) || (size_t)(colon - text) >= sizeof(host))
		return -EINVAL;
	len = (size_t)(colon - text);
	memcpy(host, text, len);
	host[len] = '\0';
	if (!strcmp(host, "localhost"))
		strcpy(host, "127.0.0.1");
	if (*host == '[' && host[len - 1] == ']') {
		host[len - 1] = '\0';
		address->u.ip6.sin6_family = AF_INET6;
		address->u.ip6.sin6_port = port;
		address->len = sizeof(address->u.ip6);
		if (inet_pton(AF_INET6, host + 1, &address->u.ip6.sin6_addr) != 1)
			return -EINVAL;
	} else {
		address->u.ip4.sin_family = AF_INET;
		address->u.ip4.sin_port = port;
		address->len = sizeof(address->u.ip4);
		/* ":PORT" is every address of the host, as in other exporters. */
		if (*host && inet_pton(AF_INET, host, &address->u.ip4.sin_addr) != 1)
			return -EINVAL;
	}
	return listen_address_is_local(address) ? 0 : -EADDRNOTAVAIL;
}

void listen_address_text(const struct listen_address *address, char out[128])
{
	char host[INET6_ADDRSTRLEN] = "?";

	switch (address->u.any.sa_family) {
	case AF_UNIX:
		snprintf(out, 128, "unix:%.*s", (int)sizeof(address->u.local.sun_path),
			 address->u.local.sun_path);
		break;
	case AF_INET:
		inet_ntop(AF_INET, &address->u.ip4.sin_addr, host, sizeof(host));
		snprintf(out, 128, "%s:%u", host, ntohs(address->u.ip4.sin_port));
		break;
	default:
		inet_ntop(AF_INET6, &address->u.ip6.sin6_addr, host, sizeof(host));
		snprintf(out, 128, "[%s]:%u", host, ntohs(address->u.ip6.sin6_port));
	}
}
