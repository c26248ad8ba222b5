// SPDX-License-Identifier: GPL-2.0-only
/* Domains, pods and containers out of cgroup paths. */
#include "vm_cgroup.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define CONTAINER_ID_LEN	64

struct span {
	const char *p;
	size_t len;
};

static void store(struct span s, char *out, size_t max)
{
	if (s.len > max)
		s.len = max;
	memcpy(out, s.p, s.len);
	out[s.len] = '\0';
}

static bool strip_prefix(struct span *s, const char *prefix)
{
	size_t len = strlen(prefix);

	if (s->len < len || memcmp(s->p, prefix, len))
		return false;
	s->p += len;
	s->len -= len;
	return true;
}

static bool strip_suffix(struct span *s, const char *suffix)
{
	size_t len = strlen(suffix);

	if (s->len < len || memcmp(s->p + s->len - len, suffix, len))
		return false;
	s->len -= len;
	return true;
}

static int hex_value(char c)
{
	return isdigit((unsigned char)c) ? c - '0' :
	       isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* systemd writes bytes that a unit's name may not hold as \xHH. */
static struct span unescape(struct span s, char out[VM_DOMAIN_MAX + 1])
{
	size_t i, n = 0;

	for (i = 0; i < s.len && n < VM_DOMAIN_MAX; i++) {
		if (s.len - i >= 4 && s.p[i] == '\\' && s.p[i + 1] == 'x' &&
		    hex_value(s.p[i + 2]) >= 0 && hex_value(s.p[i + 3]) >= 0 &&
		    (hex_value(s.p[i + 2]) || hex_value(s.p[i + 3]))) {
			out[n++] = (char)(hex_value(s.p[i + 2]) * 16 + hex_value(s.p[i + 3]));
			i += 3;
		} else {
			out[n++] = s.p[i];
		}
	}
	out[n] = '\0';
	return (struct span){ out, n };
}

/* machine-qemu\x2d1\x2dNAME.scope, or qemu-1-NAME.libvirt-qemu without systemd. */
static void find_domain(struct span part, struct vm_cgroup *cgroup)
{
	char room[VM_DOMAIN_MAX + 1];
	struct span name;

	if (strip_suffix(&part, ".scope")) {
		if (!strip_prefix(&part, "machine-"))
			return;
	} else if (!strip_suffix(&part, ".libvirt-qemu")) {
		return;
	}
	name = unescape(part, room);
	if (!strip_prefix(&name, "qemu-") && !strip_prefix(&name, "ch-"))
		return;
	if (!name.len || !isdigit((unsigned char)*name.p))
		return;
	while (name.len && isdigit((unsigned char)*name.p))
		name = (struct span){ name.p + 1, name.len - 1 };
	if (strip_prefix(&name, "-"))
		store(name, cgroup->domain, VM_DOMAIN_MAX);
}

/* ...-podUID.slice with '_' for '-' under systemd, podUID without. */
static void find_pod(struct span part, struct vm_cgroup *cgroup)
{
	const char *at;
	struct span uid = part;
	size_t i;

	if (strip_suffix(&uid, ".slice")) {
		at = memmem(uid.p, uid.len, "-pod", 4);
		if (!at)
			return;
		uid = (struct span){ at + 4, (size_t)(uid.p + uid.len - (at + 4)) };
	} else if (!strip_prefix(&uid, "pod")) {
		return;
	}
	if (uid.len < 32 || uid.len > VM_POD_MAX)
		return;
	for (i = 0; i < uid.len; i++) {
		if (hex_value(uid.p[i]) < 0 && uid.p[i] != '_' && uid.p[i] != '-')
			return;
	}
	store(uid, cgroup->pod, VM_POD_MAX);
	for (i = 0; cgroup->pod[i]; i++) {
		if (cgroup->pod[i] == '_')
			cgroup->pod[i] = '-';
	}
}

/* RUNTIME-ID.scope under systemd, ID without. */
static void find_container(struct span part, struct vm_cgroup *cgroup)
{
	size_t i;

	strip_suffix(&part, ".scope");
	if (part.len < CONTAINER_ID_LEN ||
	    (part.len > CONTAINER_ID_LEN && part.p[part.len - CONTAINER_ID_LEN - 1] != '-'))
		return;
	part = (struct span){ part.p + part.len - CONTAINER_ID_LEN, CONTAINER_ID_LEN };
	for (i = 0; i < part.len; i++) {
		if (hex_value(part.p[i]) < 0)
			return;
	}
	store(part, cgroup->container, VM_CONTAINER_MAX);
}

/* "ID:CONTROLLERS:PATH": how good is it? 0 for unusable. */
static int rank(struct span line, struct span *path)
{
	struct span controllers;
	const char *colon = memchr(line.p, ':', line.len), *second;

	if (!colon)
		return 0;
	controllers.p = colon + 1;
	controllers.len = (size_t)(line.p + line.len - controllers.p);
	second = memchr(controllers.p, ':', controllers.len);
	if (!second)
		return 0;
	path->p = second + 1;
	path->len = (size_t)(line.p + line.len - path->p);
	controllers.len = (size_t)(second - controllers.p);
	if (!path->len || *path->p != '/')
		return 0;
	if (!controllers.len)
		return path->len > 1 ? 3 : 1;
	return memmem(controllers.p, controllers.len, "cpu", 3) && path->len > 1 ? 2 : 0;
}

void vm_cgroup_decode(const char *buf, size_t len, struct vm_cgroup *cgroup)
{
	const char *p = buf, *end = buf + len, *eol;
	struct span path, best_path = { NULL, 0 }, part;
	int best = 0, r;

	memset(cgroup, 0, sizeof(*cgroup));
	for (; p < end && (eol = memchr(p, '\n', (size_t)(end - p))); p = eol + 1) {
		r = rank((struct span){ p, (size_t)(eol - p) }, &path);
		if (r > best) {
			best = r;
			best_path = path;
		}
	}
	if (!best)
		return;
	store(best_path, cgroup->path, VM_CGROUP_MAX);
	path = best_path;
	while (path.len) {
		const char *slash;

		strip_prefix(&path, "/");
		slash = memchr(path.p, '/', path.len);
		part = (struct span){ path.p, slash ? (size_t)(slash - path.p) : path.len };
		find_domain(part, cgroup);
		find_pod(part, cgroup);
		find_container(part, cgroup);
		path = (struct span){ part.p + part.len, path.len - part.len };
	}
}
