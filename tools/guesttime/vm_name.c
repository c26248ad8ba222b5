// SPDX-License-Identifier: GPL-2.0-only
/* VM names out of qemu command lines. */
#include "vm_name.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct span {
	const char *p;
	size_t len;
};

static bool span_starts(struct span s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && !memcmp(s.p, prefix, len);
}

static struct span span_skip(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.len - n };
}

/* Takes the next NUL-terminated argument; a cut last one is none. */
static bool next_arg(struct span *rest, struct span *arg)
{
	const char *nul = rest->len ? memchr(rest->p, '\0', rest->len) : NULL;

	if (!nul)
		return false;
	*arg = (struct span){ rest->p, (size_t)(nul - rest->p) };
	*rest = span_skip(*rest, arg->len + 1);
	return true;
}

static bool is_qemu(struct span argv0)
{
	const char *slash = memrchr(argv0.p, '/', argv0.len);

	if (slash)
		argv0 = span_skip(argv0, (size_t)(slash + 1 - argv0.p));
	return memmem(argv0.p, argv0.len, "qemu", 4) ||
	       memmem(argv0.p, argv0.len, "kvm", 3);
}

/* Length of the suboption at the start of @s: up to a comma that stands alone. */
static size_t subopt_len(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.p[i] != ',')
			continue;
		if (i + 1 == s.len || s.p[i + 1] != ',')
			return i;
		i++;
	}
	return s.len;
}

static void store_name(struct span s, char *name)
{
	size_t i, out = 0;

	for (i = 0; i < s.len && out < VM_NAME_MAX; i++) {
		name[out++] = s.p[i];
		if (s.p[i] == ',')
			i++;
	}
	name[out] = '\0';
}

/* The value of one -name option: "[guest=]NAME[,key=value...]". */
static bool decode_value(struct span value, char *name)
{
	bool first = true, found = false;

	for (;;) {
		struct span opt = { value.p, subopt_len(value) };

		if (span_starts(opt, "guest=")) {
			store_name(span_skip(opt, 6), name);
			found = true;
		} else if (first && opt.len && !memchr(opt.p, '=', opt.len)) {
			/* The first suboption may leave out its key. */
			store_name(opt, name);
			found = true;
		}
		first = false;
		if (opt.len == value.len)
			return found && *name;
		value = span_skip(value, opt.len + 1);
	}
}

int vm_name_decode(const char *buf, size_t len, char name[VM_NAME_MAX + 1])
{
	struct span rest = { buf, len }, arg;
	char candidate[VM_NAME_MAX + 1];
	bool found = false;

	name[0] = '\0';
	if (!next_arg(&rest, &arg) || !is_qemu(arg))
		return -ENOENT;
	while (next_arg(&rest, &arg)) {
		if (span_starts(arg, "--"))
			arg = span_skip(arg, 1);
		if (span_starts(arg, "-name="))
			arg = span_skip(arg, 6);
		else if (arg.len != 5 || !span_starts(arg, "-name") ||
			 !next_arg(&rest, &arg))
			continue;
		if (decode_value(arg, candidate)) {
			memcpy(name, candidate, sizeof(candidate));
			found = true;
		}
	}
	return found ? 0 : -ENOENT;
}
