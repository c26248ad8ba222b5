/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_LISTEN_ADDRESS_H
#define GUESTTIME_LISTEN_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#define LISTEN_ADDRESS_DEFAULT	"127.0.0.1:9819"

/* An address on which only this host can reach us. */
struct listen_address {
	socklen_t len;
	union {
		struct sockaddr any;
		struct sockaddr_in ip4;
		struct sockaddr_in6 ip6;
		struct sockaddr_un local;
	} u;
};

/**
 * listen_address_decode - understand HOST:PORT or unix:PATH
 *
 * HOST is localhost, an address of 127.0.0.0/8, or [::1]. PORT 0 lets the
 * kernel choose. Return: 0; -EADDRNOTAVAIL if the host can be reached from
 * elsewhere; -EINVAL if @text is something else.
 */
int listen_address_decode(const char *text, struct listen_address *address);

/** listen_address_is_local - is this an address that decode accepts? */
bool listen_address_is_local(const struct listen_address *address);

/**
 * listen_address_text - the address as a user writes it
 * @out:	room for 128 bytes
 */
void listen_address_text(const struct listen_address *address, char out[128]);

#endif
