// SPDX-License-Identifier: GPL-2.0-only
/* VMs' names and uuids out of the command lines of VMMs. */
#include "vm_cmdline.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "json_line.h"

#define SEV_POLICY_ES	0x4	/* SEV-ES: registers are encrypted */

struct span {
	const char *p;
	size_t len;
};

static bool span_is(struct span s, const char *text)
{
	return s.len == strlen(text) && !memcmp(s.p, text, s.len);
}

static bool span_starts(struct span s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && !memcmp(s.p, prefix, len);
}

static bool span_has(struct span s, const char *text)
{
	return memmem(s.p, s.len, text, strlen(text));
}

static struct span span_skip(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.len - n };
}

static struct span basename_of(struct span s)
{
	const char *slash = memrchr(s.p, '/', s.len);

	return slash ? span_skip(s, (size_t)(slash + 1 - s.p)) : s;
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

/*
 * Is @arg the option @name, and which is its value? "--name VALUE", "--name=VALUE", with one
 * dash or two.
 */
static bool option_value(struct span arg, struct span *rest, const char *name,
			 struct span *value)
{
	size_t dashes = span_starts(arg, "--") ? 2 : span_starts(arg, "-") ? 1 : 0;

	arg = span_skip(arg, dashes);
	if (!dashes || !span_starts(arg, name))
		return false;
	arg = span_skip(arg, strlen(name));
	if (!arg.len)
		return next_arg(rest, value);
	*value = span_skip(arg, 1);
	return *arg.p == '=';
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

/* Takes the next suboption of "a,b=c,d"; there is always a first one. */
static bool next_subopt(struct span *rest, struct span *opt)
{
	if (!rest->p)
		return false;
	*opt = (struct span){ rest->p, subopt_len(*rest) };
	if (opt->len == rest->len)
		*rest = (struct span){ NULL, 0 };
	else
		*rest = span_skip(*rest, opt->len + 1);
	return true;
}

/* The value of suboption @key. */
static bool subopt_value(struct span list, const char *key, struct span *value)
{
	struct span opt;
	size_t len = strlen(key);

	while (next_subopt(&list, &opt)) {
		if (span_starts(opt, key) && opt.len > len && opt.p[len] == '=') {
			*value = span_skip(opt, len + 1);
			return true;
		}
	}
	return false;
}

/* Doubled commas, as in the value of a suboption, become one. */
static void store(struct span s, bool doubled, char name[VM_NAME_MAX + 1])
{
	size_t i, out = 0;

	if (!s.len)
		return;
	for (i = 0; i < s.len && out < VM_NAME_MAX; i++) {
		name[out++] = s.p[i];
		if (doubled && s.p[i] == ',')
			i++;
	}
	name[out] = '\0';
}

static void store_uuid(struct span s, struct vm_cmdline *vm)
{
	size_t i;

	if (s.len != VM_UUID_LEN)
		return;
	for (i = 0; i < s.len; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.p[i] != '-' : !isxdigit((unsigned char)s.p[i]))
			return;
	}
	for (i = 0; i < s.len; i++)
		vm->uuid[i] = (char)tolower((unsigned char)s.p[i]);
	vm->uuid[i] = '\0';
}

static unsigned int number(struct span s)
{
	unsigned int base = 10, v = 0;

	if (span_starts(s, "0x")) {
		base = 16;
		s = span_skip(s, 2);
	}
	for (; s.len && isxdigit((unsigned char)*s.p); s = span_skip(s, 1)) {
		unsigned int digit = isdigit((unsigned char)*s.p) ?
			(unsigned int)(*s.p - '0') :
			(unsigned int)(tolower((unsigned char)*s.p) - 'a') + 10;

		v = v * base + digit;
	}
	return v;
}

struct qemu_object {
	char type[16];
	unsigned int policy;
};

static int take_object_member(void *arg, const char *key, const struct json_value *value)
{
	struct qemu_object *object = arg;

	if (!strcmp(key, "qom-type") && value->kind == JSON_TEXT)
		snprintf(object->type, sizeof(object->type), "%s", value->text);
	else if (!strcmp(key, "policy") && value->number >= 0 && value->number <= UINT32_MAX)
		object->policy = (unsigned int)value->number;
	return 0;
}

/* Decoding ends at a member that is an object itself: the type comes before it. */
static void take_json_object(struct span value, struct qemu_object *object)
{
	char text[1024];
	size_t len = value.len < sizeof(text) ? value.len : sizeof(text);

	memcpy(text, value.p, len);
	json_line_decode(text, len, take_object_member, object);
}

/*
 * "-object TYPE,..." of guests whose registers the host cannot read. libvirt writes all objects
 * as JSON.
 */
static bool object_hides(struct span value)
{
	struct qemu_object object = { .policy = 0 };
	struct span policy;

	if (span_starts(value, "{")) {
		take_json_object(value, &object);
	} else {
		snprintf(object.type, sizeof(object.type), "%.*s", (int)strcspn(value.p, ","),
			 value.p);
		if (subopt_value(value, "policy", &policy))
			object.policy = number(policy);
	}
	if (!strcmp(object.type, "sev-snp-guest") || !strcmp(object.type, "tdx-guest"))
		return true;
	return !strcmp(object.type, "sev-guest") && object.policy & SEV_POLICY_ES;
}

static void qemu_arg(struct span arg, struct span *rest, struct vm_cmdline *vm)
{
	struct span value, sub, first = { NULL, 0 };

	if (option_value(arg, rest, "name", &value)) {
		sub = value;
		next_subopt(&sub, &first);
		if (subopt_value(value, "guest", &sub))
			store(sub, true, vm->name);
		else if (!memchr(first.p, '=', first.len))
			store(first, true, vm->name);	/* the key may be left out */
	} else if (option_value(arg, rest, "uuid", &value)) {
		store_uuid(value, vm);
	} else if (option_value(arg, rest, "smbios", &value)) {
		if (!*vm->uuid && subopt_value(value, "uuid", &sub))
			store_uuid(sub, vm);
	} else if (option_value(arg, rest, "id", &value)) {
		store(value, false, vm->id);
	} else if (option_value(arg, rest, "object", &value)) {
		vm->hidden |= object_hides(value);
	}
}

static void firecracker_arg(struct span arg, struct span *rest, struct vm_cmdline *vm)
{
	struct span value;

	if (option_value(arg, rest, "id", &value))
		store(value, false, vm->name);
}

static void cloud_hypervisor_arg(struct span arg, struct span *rest, struct vm_cmdline *vm)
{
	struct span value, sub;

	if (option_value(arg, rest, "api-socket", &value)) {
		if (!subopt_value(value, "path", &sub))
			sub = value;
		sub = basename_of(sub);
		if (sub.len > 5 && !memcmp(sub.p + sub.len - 5, ".sock", 5))
			sub.len -= 5;
		store(sub, false, vm->name);
	} else if (option_value(arg, rest, "platform", &value)) {
		if (subopt_value(value, "uuid", &sub))
			store_uuid(sub, vm);
		if (subopt_value(value, "tdx", &sub) || subopt_value(value, "sev_snp", &sub))
			vm->hidden |= span_is(sub, "on");
	}
}

static void named_arg(struct span arg, struct span *rest, struct vm_cmdline *vm)
{
	struct span value;

	if (option_value(arg, rest, "name", &value))
		store(value, false, vm->name);
}

/* VMMs, by a part of their programs' names; the first match counts. */
static const struct {
	const char *part;
	const char *vmm;
	void (*take)(struct span arg, struct span *rest, struct vm_cmdline *vm);
} vmms[] = {
	{ "qemu", "qemu", qemu_arg },
	{ "firecracker", "firecracker", firecracker_arg },
	{ "cloud-hyper", "cloud-hypervisor", cloud_hypervisor_arg },
	{ "crosvm", "crosvm", named_arg },
	{ "lkvm", "kvmtool", named_arg },
	{ "kvm", "qemu", qemu_arg },
};

int vm_cmdline_decode(const char *buf, size_t len, struct vm_cmdline *vm)
{
	struct span rest = { buf, len }, arg;
	size_t i;

	memset(vm, 0, sizeof(*vm));
	if (!next_arg(&rest, &arg))
		return -ENOENT;
	arg = basename_of(arg);
	for (i = 0; i < sizeof(vmms) / sizeof(vmms[0]); i++) {
		if (span_has(arg, vmms[i].part))
			break;
	}
	if (i == sizeof(vmms) / sizeof(vmms[0]))
		return -ENOENT;
	vm->vmm = vmms[i].vmm;
	while (next_arg(&rest, &arg))
		vmms[i].take(arg, &rest, vm);
	return 0;
}
