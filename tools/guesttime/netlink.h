/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_NETLINK_H
#define GUESTTIME_NETLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "taskstats.h"

struct netlink;

/* Why there are no exit records. */
enum netlink_status {
	NETLINK_OK,
	NETLINK_NO_FAMILY,	/* kernel without CONFIG_TASKSTATS */
	NETLINK_NO_PERMISSION,	/* CAP_NET_ADMIN is missing */
	NETLINK_NAMESPACE,	/* not in the initial user or pid namespace */
	NETLINK_FAILED,		/* something else: errno says what */
};

/** netlink_handler - called for each message with records */
typedef void (*netlink_handler)(void *arg, const struct taskstats_message *msg);

/**
 * struct netlink_options - how to listen
 * @cpus:	list of the possible CPUs, as in /sys/devices/system/cpu/possible
 * @rcvbuf:	receive buffer [bytes], 0 for the default
 * @split:	the kernel splits guest time
 * @handler:	called for records, with @arg
 */
struct netlink_options {
	const char *cpus;
	int rcvbuf;
	bool split;
	netlink_handler handler;
	void *arg;
};

/**
 * netlink_open - start to listen for exit records
 *
 * The kernel keeps listeners for each possible CPU, online or not, so a CPU
 * that comes online later needs nothing done.
 *
 * On success *@nlp is to be given to netlink_close().
 */
enum netlink_status netlink_open(const struct netlink_options *opts, struct netlink **nlp);

/** netlink_fd - to poll() for input */
int netlink_fd(const struct netlink *nl);

/**
 * netlink_receive - handle everything that has arrived; does not wait
 *
 * Return: 0, or a negative errno.
 */
int netlink_receive(struct netlink *nl);

/**
 * netlink_lost - records the kernel could not queue since the last call
 *
 * Exact where the kernel tells (Linux 4.12); else one for each time it said so.
 */
uint32_t netlink_lost(struct netlink *nl);

/** netlink_malformed - messages that could not be decoded since the last call */
uint32_t netlink_malformed(struct netlink *nl);

/** netlink_close - stop listening and free */
void netlink_close(struct netlink *nl);

/** netlink_advice - what @status means and what to do, NULL for NETLINK_OK */
const char *netlink_advice(enum netlink_status status);

#endif
