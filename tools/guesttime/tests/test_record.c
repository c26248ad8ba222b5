// SPDX-License-Identifier: GPL-2.0-only
/* Recordings: written, read, cut, damaged. */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "record.h"

static char path[] = "/tmp/guesttime-record-XXXXXX";

static const struct vm_identity web = {
	.name = "web", .uuid = "4dea22b3-1d52-d8f3-2516-782e98ab3fa0", .vmm = "qemu",
	.domain = "d\"", .namespace = "", .pod = "", .container = "", .cgroup = "/a",
};

static struct row row_of(uint32_t pid, uint32_t tid, double user)
{
	struct row row = {
		.pid = pid, .tid = tid, .vm = "web\n", .thread = "CPU 0/KVM", .id = &web,
		.vcpus = { 2, true }, .vcpu = { 1, true }, .wait = { 3.25, true },
		.start_time = { 1e9 + 0.5, true },
	};

	row.split.guest_user = (struct value){ user, true };
	row.split.host_user = (struct value){ 1.25, true };
	row.split.host_system = (struct value){ 2.5, true };
	row.split.total = (struct value){ user + 3.75, true };
	return row;
}

static void add(double user)
{
	struct row vms[] = { row_of(100, 100, user), row_of(200, 200, 1) };
	struct row threads[] = { row_of(100, 101, user) };
	struct frame frame = {
		.vms = { .v = vms, .n = 2 }, .threads = { .v = threads, .n = 1 },
		.host = { .cpus = { 4, true }, .idle = { 99.5, true }, .guest_user = { 7, true } },
		.lost = 3, .interval = 5, .time = 1.5e9 + 0.25, .hostname = "h1", .source = "sampled",
	};
	struct recorder *recorder;

	assert_int_equal(recorder_open(path, &recorder), 0);
	assert_int_equal(recorder_add(recorder, &frame), 0);
	recorder_close(recorder);
}

static int setup(void **state)
{
	int fd;

	strcpy(path + sizeof(path) - 7, "XXXXXX");
	fd = mkstemp(path);
	close(fd);
	return fd < 0;
}

static int teardown(void **state)
{
	return unlink(path);
}

static off_t size_of(void)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

static void reads_what_was_written(void **state)
{
	struct replay *replay;
	struct frame *frame;

	add(10);
	add(20.5);
	assert_int_equal(replay_open(path, &replay), 0);
	assert_int_equal(replay_frames(replay), 2);
	assert_false(replay_cut(replay));
	frame = replay_read(replay, 1);
	assert_non_null(frame);
	assert_int_equal(frame->vms.n, 2);
	assert_int_equal(frame->threads.n, 1);
	assert_int_equal(frame->lost, 3);
	assert_float_equal(frame->interval, 5, 1e-6);
	assert_float_equal((frame->time - 1.5e9), 0.25, 1e-3);
	assert_string_equal(frame->hostname, "h1");
	assert_string_equal(frame->source, "sampled");
	assert_float_equal(frame->host.idle.v, 99.5, 1e-6);
	assert_float_equal(frame->host.guest_user.v, 7, 1e-6);
	assert_int_equal((int)frame->host.cpus.v, 4);
	assert_false(frame->host.user.known);
	assert_int_equal(frame->vms.v[0].pid, 100);
	assert_string_equal(frame->vms.v[0].vm, "web\n");
	assert_string_equal(frame->vms.v[0].id->uuid, web.uuid);
	assert_string_equal(frame->vms.v[0].id->domain, "d\"");
	assert_float_equal(frame->vms.v[0].split.guest_user.v, 20.5, 1e-6);
	assert_false(frame->vms.v[0].split.guest_system.known);
	assert_float_equal(frame->vms.v[0].split.host.v, 3.75, 1e-6);
	assert_float_equal(frame->vms.v[0].wait.v, 3.25, 1e-6);
	assert_float_equal((frame->vms.v[0].start_time.v - 1e9), 0.5, 1e-3);
	assert_int_equal((int)frame->vms.v[0].vcpus.v, 2);
	assert_int_equal(frame->threads.v[0].tid, 101);
	assert_string_equal(frame->threads.v[0].thread, "CPU 0/KVM");
	assert_int_equal((int)frame->threads.v[0].vcpu.v, 1);
	frame = replay_read(replay, 0);
	assert_non_null(frame);
	assert_float_equal(frame->vms.v[0].split.guest_user.v, 10, 1e-6);
	replay_close(replay);
}

/* A recorder that was killed loses its last interval; the next one goes on. */
static void recovers_from_a_cut(void **state)
{
	struct replay *replay;
	off_t first, cut;

	add(10);
	first = size_of();
	add(20);
	for (cut = first + 1; cut < size_of(); cut += 37) {
		assert_int_equal(truncate(path, cut), 0);
		assert_int_equal(replay_open(path, &replay), 0);
		assert_int_equal(replay_frames(replay), 1);
		assert_true(replay_cut(replay));
		replay_close(replay);
		add(30);
		assert_int_equal(replay_open(path, &replay), 0);
		assert_int_equal(replay_frames(replay), 2);
		assert_false(replay_cut(replay));
		assert_non_null(replay_read(replay, 1));
		replay_close(replay);
	}
}

/* The only frame was not finished: there is nothing to keep. */
static void recovers_from_a_cut_first_frame(void **state)
{
	off_t whole, cut;

	add(10);
	whole = size_of();
	for (cut = 1; cut < whole; cut += 37) {
		assert_int_equal(truncate(path, cut), 0);
		add(10);
		assert_int_equal(size_of(), whole);
	}
}

static void write_file(const void *data, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_int_equal(fwrite(data, 1, len, f), len);
	fclose(f);
}

static void refuses_to_record(int error)
{
	struct recorder *recorder;
	off_t size = size_of();

	assert_int_equal(recorder_open(path, &recorder), error);
	assert_null(recorder);
	assert_int_equal(size_of(), size);
}

/*
 * Only the unfinished frame of a killed recorder is cut off. Red when: nobody looks for frames
 * after a bad frame; a first frame without an end may be of any size; the first frame may hold
 * anything.
 */
static void keeps_what_is_damaged(void **state)
{
	static char large[(1 << 20) + 2] = "\x28\xb5\x2f\xfd";
	static const char other[] = "precious text";
	char packed[100];
	off_t first;
	FILE *f;

	add(10);
	first = size_of();
	add(20);
	add(30);
	f = fopen(path, "r+");
	fseek(f, first, SEEK_SET);
	fputc('x', f);
	fclose(f);
	refuses_to_record(-EUCLEAN);
	write_file(large, sizeof(large));
	refuses_to_record(-EUCLEAN);
	write_file(packed, ZSTD_compress(packed, sizeof(packed), other, sizeof(other), 3));
	refuses_to_record(-EBADMSG);
	write_file(packed, ZSTD_compress(packed, sizeof(packed), "{", 1, 3));
	refuses_to_record(-EBADMSG);
}

static void refuses_other_files(void **state)
{
	struct recorder *recorder, *other;
	struct replay *replay;
	FILE *f;

	assert_int_equal(replay_open("/tmp/guesttime-none", &replay), -ENOENT);
	assert_int_equal(replay_open("/tmp", &replay), -EBADMSG);
	assert_int_equal(replay_open(path, &replay), -EBADMSG);	/* empty */
	f = fopen(path, "w");
	fputs("precious text", f);
	fclose(f);
	assert_int_equal(replay_open(path, &replay), -EBADMSG);
	assert_int_equal(recorder_open(path, &recorder), -EBADMSG);
	assert_int_equal(size_of(), 13);	/* left as it was */
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(recorder_open(path, &recorder), 0);
	assert_int_equal(recorder_open(path, &other), -EWOULDBLOCK);
	recorder_close(recorder);
}

static double decoded_interval;

static int decode(const char *text)
{
	struct vm_identities ids = { 0 };
	struct frame frame = { .hostname = "" };
	char *copy = strdup(text);
	int rc = frame_decode(copy, strlen(text), &frame, &ids);

	decoded_interval = frame.interval;
	rows_free(&frame.vms);
	rows_free(&frame.threads);
	free(ids.v);
	free(copy);
	return rc;
}

static void refuses_other_lines(void **state)
{
	assert_int_equal(decode(""), 0);
	assert_int_equal(decode("{\"cpus\":2}\n{\"pid\":1}\n{\"pid\":1,\"tid\":2}\n"), 0);
	assert_int_equal(decode("{\"pid\":1}"), -EBADMSG);	/* no newline */
	assert_int_equal(decode("{\"pid\":-1}\n"), -EBADMSG);
	assert_int_equal(decode("{\"pid\":\"1\"}\n"), -EBADMSG);
	assert_int_equal(decode("{\"pid\":1e99}\n"), -EBADMSG);
	assert_int_equal(decode("{\"tid\":1}\n"), -EBADMSG);
	assert_int_equal(decode("{\"pid\":1,\"tid\":2}\n{\"pid\":1}\n"), -EBADMSG);
	assert_int_equal(decode("x\n"), -EBADMSG);
	/* Members of another version are passed over. */
	assert_int_equal(decode("{\"pid\":1,\"new\":\"x\",\"vcpus\":\"x\",\"time\":5}\n"), 0);
}

/* Milliseconds of an interval are an int for poll(). Red when: it is not bounded. */
static void bounds_intervals(void **state)
{
	static const struct {
		const char *text;
		double want;
	} cases[] = {
		{ "5.25", 5.25 }, { "-1", 0 }, { "1e300", 1e6 }, { "1e999", 1e6 }, { "-1e999", 0 },
	};
	char line[64];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(line, sizeof(line), "{\"interval_seconds\":%s}\n", cases[i].text);
		assert_int_equal(decode(line), 0);
		assert_true(decoded_interval == cases[i].want);
	}
}

#define RECORD_TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECORD_TEST(reads_what_was_written),
		RECORD_TEST(recovers_from_a_cut),
		RECORD_TEST(recovers_from_a_cut_first_frame),
		RECORD_TEST(keeps_what_is_damaged),
		RECORD_TEST(refuses_other_files),
		cmocka_unit_test(refuses_other_lines),
		cmocka_unit_test(bounds_intervals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
