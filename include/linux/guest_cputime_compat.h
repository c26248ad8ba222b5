/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest CPU time split by ring: what older kernels lack of what our files use.
 *
 * Only our own files include this.  It goes by what is there, not by versions:
 * stable kernels take things over from later ones.
 */
#ifndef _LINUX_GUEST_CPUTIME_COMPAT_H
#define _LINUX_GUEST_CPUTIME_COMPAT_H

#include <linux/sysctl.h>

/*
 * Since register_sysctl() counts the entries of a table it is a macro; before, an
 * empty entry ended the table.  Nor was the table const to handlers then.
 */
#ifdef register_sysctl
#define GUEST_CPUTIME_SYSCTL_END
#define GUEST_CPUTIME_SYSCTL_CONST	const
#else
#define GUEST_CPUTIME_SYSCTL_END	{ }
#define GUEST_CPUTIME_SYSCTL_CONST
#endif

/* Those who use it have included linux/kvm_host.h. */
#ifndef kvm_x86_call
#define kvm_x86_call(func) static_call(kvm_x86_##func)
#endif

#if !IS_BUILTIN(CONFIG_KUNIT)

#define KUNIT_STATIC_STUB_REDIRECT(...) do { } while (0)

#else

#include <kunit/test.h>

/* A macro about as old as static stubs are, which are functions in a header. */
#ifdef KUNIT_CASE_SLOW

#include <kunit/static_stub.h>

#else

/*
 * KUnit's static stubs, as far as our tests need them: while a test runs, a function
 * can be replaced for its thread.  The replacement is a resource of the test, which
 * has the name of the function.
 */

#include <kunit/resource.h>
#include <linux/sched.h>
#include <linux/typecheck.h>

static inline struct kunit *kunit_get_current_test(void)
{
	return current->kunit_test;
}

static inline void *guest_cputime_stub(const char *name)
{
	struct kunit *test = kunit_get_current_test();
	struct kunit_resource *res;
	void *stub;

	res = test ? kunit_find_named_resource(test, name) : NULL;
	if (!res)
		return NULL;

	stub = res->data;
	kunit_put_resource(res);
	return stub;
}

static inline void guest_cputime_set_stub(struct kunit *test, const char *name, void *stub)
{
	struct kunit_resource *res;

	kunit_destroy_named_resource(test, name);
	res = kunit_alloc_and_get_resource(test, NULL, NULL, GFP_KERNEL, stub);
	KUNIT_ASSERT_NOT_NULL(test, res);
	res->name = name;
	kunit_put_resource(res);
}

#define KUNIT_STATIC_STUB_REDIRECT(real_fn_name, args...)			\
do {										\
	typeof(real_fn_name) *stub_of_##real_fn_name =				\
		guest_cputime_stub(#real_fn_name);				\
										\
	if (unlikely(stub_of_##real_fn_name))					\
		return stub_of_##real_fn_name(args);				\
} while (0)

#define kunit_activate_static_stub(test, real_fn_addr, replacement_addr)	\
do {										\
	typecheck_fn(typeof(replacement_addr) *, real_fn_addr);			\
	guest_cputime_set_stub(test, #real_fn_addr, replacement_addr);		\
} while (0)

#define kunit_deactivate_static_stub(test, real_fn_addr)			\
	kunit_destroy_named_resource(test, #real_fn_addr)

#endif /* !KUNIT_CASE_SLOW */
#endif /* CONFIG_KUNIT */

#endif /* _LINUX_GUEST_CPUTIME_COMPAT_H */
