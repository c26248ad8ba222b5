/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_WEB_H
#define GUESTTIME_WEB_H

#include <stdbool.h>
#include <stddef.h>

/* Connections at once; one more, and the oldest is closed. */
#define WEB_CONNECTIONS		64
/* A connection must have had its answer after so many seconds. */
#define WEB_DEADLINE		10
/* A text is served again for at least so many seconds... */
#define WEB_REUSE_MIN		0.1
/* ...and for so many times the CPU time that it took to make, so that nobody can keep us busy. */
#define WEB_REUSE_TIMES		9

/**
 * web_metrics_fn - make the text of /metrics
 * @text:	result, to be freed with free()
 * @len:	its length
 *
 * Return: 0, or a negative errno.
 */
typedef int (*web_metrics_fn)(void *arg, char **text, size_t *len);

struct web;

/**
 * web_open - serve /metrics, /-/healthy and / to whoever connects
 * @listenfd:	listening socket, closed by web_close(); -1 for none
 *
 * Return: NULL if that fails.
 */
struct web *web_open(int listenfd, web_metrics_fn metrics, void *arg);

/** web_fd - becomes readable when web_run() has something to do */
int web_fd(const struct web *web);

/**
 * web_run - do what can be done now, without waiting
 *
 * Return: seconds after which it wants to run again even if web_fd() is not readable.
 */
double web_run(struct web *web);

/** web_add - serve a connected socket, too */
bool web_add(struct web *web, int fd);

/** web_busy - connections that are open */
unsigned int web_busy(const struct web *web);

void web_close(struct web *web);

#endif
