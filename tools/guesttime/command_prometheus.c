// SPDX-License-Identifier: GPL-2.0-only
/* Metrics once, to standard output or to a file for node_exporter. */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <string.h>

#include "file_replace.h"
#include "output_prometheus.h"
#include "source.h"

static void explain(const struct source *source, const char *why, const struct proc_snapshot *snap)
{
	if (why)
		warnx("%s", why);
	if (source_kind(source) == SOURCE_IS_NONE)
		warnx("one reading samples nothing: 'guesttime exporter' can, on any kernel");
	if (snap->denied)
		warnx("%u processes are hidden from this user; run as root to see them",
		      snap->denied);
}

static int read_metrics(struct metrics *metrics, struct proc_snapshot *snap, struct source *source,
			const char *why, const struct options *opts, const struct environment *env)
{
	struct metrics_options show = {
		.per_vcpu = opts->threads,
		.hz = env->hz,
		.boot = metrics_boot_time(),
	};
	int rc = source_scan(source, snap);

	if (rc)
		return rc;
	explain(source, why, snap);
	metrics->state = env->feature.state;
	metrics->collecting = env->feature.state == FEATURE_ON;
	metrics->source = source_name(source);
	return metrics_update(metrics, snap, &show);
}

static int print_metrics(FILE *out, struct metrics *metrics, const struct options *opts,
			 const struct environment *env)
{
	struct source_options what = {
		.choice = SOURCE_KERNEL,
		.procfd = env->procfd,
		.feature = env->feature,
		.select = &opts->select,
		.threads = opts->threads,
	};
	struct proc_snapshot snap = { 0 };
	struct source *source;
	const char *why;
	int rc;

	rc = source_open(&what, &source, &why);
	if (!rc)
		rc = read_metrics(metrics, &snap, source, why, opts, env);
	if (!rc)
		prometheus_print(out, metrics);
	else if (rc == -ENOENT && opts->select.n_pids)
		warnx("no such process");
	else
		warnx("cannot read %s: %s", opts->proc, strerror(-rc));
	proc_snapshot_free(&snap);
	source_close(source);
	return rc;
}

static int to_stdout(struct metrics *metrics, const struct options *opts,
		     const struct environment *env)
{
	if (print_metrics(stdout, metrics, opts, env))
		return EXIT_TROUBLE;
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	warnx("cannot write: %s", strerror(errno ? errno : EIO));
	return EXIT_TROUBLE;
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
	return EXIT_TROUBLE;
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
		return EXIT_TROUBLE;
	}
	rc = file_replace_commit(&file);
	if (rc)
		warnx("cannot write %s: %s", opts->output, strerror(-rc));
	return rc ? EXIT_TROUBLE : 0;
}

int command_prometheus(const struct options *opts, const struct environment *env)
{
	struct metrics metrics = { 0 };
	int rc;

	rc = opts->output ? to_file(&metrics, opts, env) : to_stdout(&metrics, opts, env);
	metrics_free(&metrics);
	return rc;
}
