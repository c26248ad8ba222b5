// SPDX-License-Identifier: GPL-2.0-only
/* Metrics once, to standard output or to a file for node_exporter. */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <string.h>

#include "file_replace.h"
#include "output_prometheus.h"

static void explain(const struct environment *env, const struct proc_snapshot *snap)
{
	const char *advice = feature_advice(env->feature, snap->split_seen);

	if (advice)
		warnx("%s", advice);
	if (env->feature == FEATURE_ABSENT && !snap->split_seen)
		warnx("one reading samples nothing: 'guesttime exporter' can, on any kernel");
	if (snap->denied)
		warnx("%u processes are hidden from this user; run as root to see them",
		      snap->denied);
}

static int print_metrics(FILE *out, struct metrics *metrics, const struct options *opts,
			 const struct environment *env)
{
	struct metrics_options show = {
		.per_vcpu = opts->threads,
		.hz = env->hz,
		.boot = metrics_boot_time(),
	};
	struct proc_scan_options what = { .pid = opts->pid, .threads = opts->threads };
	struct proc_snapshot snap = { 0 };
	int rc;

	rc = proc_scan(env->procfd, &what, &snap);
	if (!rc) {
		explain(env, &snap);
		metrics->feature = env->feature;
		metrics->collecting = env->feature == FEATURE_ON;
		metrics->source = snap.split_seen || env->feature == FEATURE_ON ? "kernel" : "none";
		rc = metrics_update(metrics, &snap, &show);
	}
	if (!rc)
		prometheus_print(out, metrics);
	if (rc == -ENOENT && opts->pid)
		warnx("no process with pid %u", opts->pid);
	else if (rc)
		warnx("cannot read %s: %s", opts->proc, strerror(-rc));
	proc_snapshot_free(&snap);
	return rc;
}

static int to_stdout(struct metrics *metrics, const struct options *opts,
		     const struct environment *env)
{
	if (print_metrics(stdout, metrics, opts, env))
		return 1;
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	warnx("cannot write: %s", strerror(errno ? errno : EIO));
	return 1;
}

/* Counters go on where the file that is replaced has left them. */
static int read_marks(struct marks *marks, const char *path)
{
	FILE *old = fopen(path, "re");
	int rc = 0;

	if (!old)
		return errno == ENOENT ? 0 : -errno;
	errno = 0;
	rc = marks_read(marks, old);
	fclose(old);
	return rc;
}

static int begin_failed(const char *path, int rc)
{
	if (rc == -EBUSY)
		warnx("another process is writing %s.new; it will be done soon", path);
	else if (rc == -EINVAL)
		warnx("%s is no regular file; leave out --output for standard output", path);
	else
		warnx("cannot write %s.new: %s", path, strerror(-rc));
	return 1;
}

static int to_file(struct metrics *metrics, const struct options *opts,
		   const struct environment *env)
{
	struct file_replace file;
	int rc;

	rc = file_replace_begin(&file, opts->output);
	if (rc)
		return begin_failed(opts->output, rc);
	rc = read_marks(&metrics->marks, opts->output);
	if (rc)
		warnx("cannot read %s: %s", opts->output, strerror(-rc));
	if (rc || print_metrics(file.out, metrics, opts, env)) {
		file_replace_abort(&file);
		return 1;
	}
	rc = file_replace_commit(&file);
	if (rc)
		warnx("cannot write %s: %s", opts->output, strerror(-rc));
	return rc ? 1 : 0;
}

int command_prometheus(const struct options *opts, const struct environment *env)
{
	struct metrics metrics = { 0 };
	int rc;

	rc = opts->output ? to_file(&metrics, opts, env) : to_stdout(&metrics, opts, env);
	metrics_free(&metrics);
	return rc;
}
