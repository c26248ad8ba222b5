/* SPDX-License-Identifier: GPL-2.0-only */
/* Guest CPU time split by ring: hooks of KVM's init and exit. */
#ifndef __KVM_GUEST_CPUTIME_H__
#define __KVM_GUEST_CPUTIME_H__

#include <linux/guest_cputime.h>

#ifdef CONFIG_GUEST_CPUTIME
void kvm_guest_cputime_init(void);
void kvm_guest_cputime_exit(void);
#else
static inline void kvm_guest_cputime_init(void) { }
static inline void kvm_guest_cputime_exit(void) { }
#endif

#endif /* __KVM_GUEST_CPUTIME_H__ */
