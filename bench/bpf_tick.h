/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_BPF_TICK_H
#define BENCH_BPF_TICK_H

/**
 * struct bpf_tick_split - guest time of a process by ring
 * @user_ns:   guest user
 * @system_ns: guest system
 */
struct bpf_tick_split {
	__u64 user_ns;
	__u64 system_ns;
};

#endif /* BENCH_BPF_TICK_H */
