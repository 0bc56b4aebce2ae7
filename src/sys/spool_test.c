/*
 * spool_test.c - what is appended comes back, whatever the power does.
 *
 * The power cuts here are shapes of files, one for each byte; the real ones
 * are made under a shim in tests/.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/str.h"
#include "base/test.h"
#include "sys/spool.h"
#include "sys/spool_format.h"

static const struct spool_settings usual = {64 << 20, 0};

struct fixture {
	char dir[32], path[64];
	struct arena *arena;
};

static int
setup(void **state)
{
	struct fixture *f = mem_new(sizeof *f);

	/* in memory where possible: what is tried here is not the disk */
	(void)snprintf(f->dir, sizeof f->dir, "%s/spool.XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	f->arena = arena_new();
	*state = f;
	return mkdtemp(f->dir) == NULL;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	char cmd[64];

	(void)snprintf(cmd, sizeof cmd, "rm -r %s", f->dir);
	arena_free(f->arena);
	int status = system(cmd);
	free(f);
	return status;
}

static const char *
segment(struct fixture *f, uint32_t number)
{
	char name[SEGMENT_NAME];

	(void)snprintf(f->path, sizeof f->path, "%s/%s", f->dir,
		segment_name(name, number));
	return f->path;
}

static struct spool *
opened(struct fixture *f, const struct spool_settings *set, uint64_t *torn)
{
	struct spool *s = NULL;
	struct err err;

	if (!spool_open(&s, f->dir, set, torn, &err))
		fail_msg("%s", err.text);
	return s;
}

/* Mail number i: its content tells which one it is. */
static struct spool_mail
mail_of(struct fixture *f, unsigned i, size_t n)
{
	const char **rcpts = ARENA_ARRAY(f->arena, 2, const char *);
	char *raw = arena_alloc(f->arena, n + 16);

	for (size_t k = 0; k < n; k++)
		raw[k] = (char)(k * 7 + i);
	(void)snprintf(raw, 16, "mail %u\r\n", i);
	rcpts[0] = "security@example.org";
	rcpts[1] = arena_printf(f->arena, "security+%u@example.org", i);
	return (struct spool_mail){.received = {1000 + (int64_t)i},
		.sender = i % 3 == 0 ? NULL :
			i % 3 == 1   ? "" :
				       "a@example.net",
		.rcpts = rcpts,
		.n_rcpts = i % 2 + 1,
		.peer = "192.0.2.1:25",
		.helo = i % 2 ? "client" : NULL,
		.protocol = "ESMTP",
		.trace = "Return-Path: <>\r\n",
		.flags = SPOOL_8BIT,
		.raw = span_make(raw, n < 16 ? 16 : n)};
}

static void
append(struct fixture *f, struct spool *s, unsigned i, size_t n)
{
	struct spool_mail m = mail_of(f, i, n);
	struct spool_pos end;
	struct err err;

	if (!spool_append(s, &m, &end, &err))
		fail_msg("%s", err.text);
}

static void
assert_text(const char *want, const char *got)
{
	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(want, got);
}

static void
assert_mail(struct fixture *f, const struct spool_mail *got, unsigned i)
{
	struct spool_mail want = mail_of(f, i, got->raw.n);

	assert_int_equal(want.received.ms, got->received.ms);
	assert_text(want.sender, got->sender);
	assert_int_equal(want.n_rcpts, got->n_rcpts);
	for (size_t k = 0; k < want.n_rcpts; k++)
		assert_string_equal(want.rcpts[k], got->rcpts[k]);
	assert_text(want.peer, got->peer);
	assert_text(want.helo, got->helo);
	assert_text(want.protocol, got->protocol);
	assert_text(want.trace, got->trace);
	assert_int_equal(want.flags, got->flags);
	assert_memory_equal(want.raw.p, got->raw.p, got->raw.n);
}

/* Read all there is; returns how many, and how often damage was told. */
static unsigned
read_all(struct fixture *f, struct spool_pos *pos, unsigned *broken,
	unsigned *numbers)
{
	struct spool_reader *r = NULL;
	struct spool_mail m;
	struct err err;
	unsigned n = 0;

	*broken = 0;
	assert_true(spool_reader_open(&r, f->dir, &err));
	for (;;) {
		if (spool_read(r, f->arena, pos, &m, &err)) {
			unsigned i = (unsigned)(m.received.ms - 1000);

			assert_mail(f, &m, i);
			if (numbers != NULL)
				numbers[n] = i;
			n++;
		} else if (err.code == ERR_BROKEN) {
			assert_true(++*broken < 100);
		} else {
			assert_int_equal(ERR_NONE, err.code);
			break;
		}
	}
	spool_reader_close(r);
	return n;
}

static off_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : -1;
}

static void
every_mail_comes_back_as_it_was(void **state)
{
	static const size_t sizes[] = {
		16, 17, 4096, 16383, 16384, 70000, 300000};
	struct fixture *f = *state;
	struct spool_pos pos = {0, 0};
	unsigned broken, numbers[16];
	uint64_t torn;
	struct spool *s = opened(f, &usual, &torn);

	assert_int_equal(0, read_all(f, &pos, &broken, NULL));
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++)
		append(f, s, i, sizes[i]);
	spool_sync(s);
	assert_int_equal(ARRAY_LEN(sizes), read_all(f, &pos, &broken, numbers));
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++)
		assert_int_equal(i, numbers[i]);
	assert_int_equal(0, broken);
	append(f, s, 7, 100); /* and it goes on from where it was */
	assert_int_equal(1, read_all(f, &pos, &broken, NULL));
	spool_close(s);
	assert_int_equal(0, read_all(f, &pos, &broken, NULL));
}

static void
a_mail_in_a_file_is_kept_like_one_in_memory(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m = mail_of(f, 5, 500000);
	struct spool_pos pos = {0, 0}, end;
	struct err err;
	unsigned broken;
	uint64_t torn;
	struct spool *s = opened(f, &usual, &torn);
	int fd = open(f->dir, O_TMPFILE | O_RDWR, 0600);

	assert_true(fd >= 0);
	assert_int_equal(m.raw.n, (size_t)write(fd, m.raw.p, m.raw.n));
	assert_true(spool_append_fd(s, &m, fd, m.raw.n, &end, &err));
	assert_true(spool_append_fd(s, &m, fd, m.raw.n, &end, &err));
	assert_int_equal(2, read_all(f, &pos, &broken, NULL));
	assert_int_equal(end.segment, pos.segment);
	assert_int_equal(end.offset, pos.offset);
	(void)close(fd);
	spool_close(s);
}

static void
segments_follow_each_other_and_are_pruned(void **state)
{
	static const struct spool_settings small = {4096, 0};
	struct fixture *f = *state;
	struct spool_pos pos = {0, 0}, from = {0, 0};
	struct err err;
	unsigned broken;
	uint64_t torn;
	struct spool *s = opened(f, &small, &torn);

	for (unsigned i = 0; i < 40; i++)
		append(f, s, i, 1000);
	spool_sync(s);
	assert_int_equal(40, read_all(f, &pos, &broken, NULL));
	assert_int_equal(0, broken);
	assert_true(pos.segment > 5);

	/* nothing is old enough; then half is; then all but the newest */
	assert_true(spool_prune(f->dir, pos, (instant){1000}, &err));
	assert_true(size_of(segment(f, 1)) > 0);
	assert_true(spool_prune(f->dir, pos, (instant){1020}, &err));
	assert_int_equal(-1, size_of(segment(f, 1)));
	assert_true(size_of(segment(f, pos.segment - 1)) > 0);
	assert_true(spool_prune(f->dir, (struct spool_pos){pos.segment - 1, 0},
		(instant){9999}, &err));
	assert_int_equal(-1, size_of(segment(f, pos.segment - 2)));
	assert_true(size_of(segment(f, pos.segment - 1)) > 0);
	assert_true(size_of(segment(f, pos.segment)) > 0);
	assert_true(read_all(f, &from, &broken, NULL) > 0);
	assert_int_equal(0, broken);
	spool_close(s);
}

/* Three mails are acknowledged, the fourth is being written when ... */
static off_t
three_and_one(struct fixture *f, off_t *third)
{
	uint64_t torn;
	struct spool *s = opened(f, &usual, &torn);

	for (unsigned i = 0; i < 3; i++)
		append(f, s, i, 40);
	*third = size_of(segment(f, 1));
	append(f, s, 3, 40);
	off_t all = size_of(segment(f, 1));
	spool_close(s);
	assert_int_equal(0, truncate(segment(f, 1), all));
	return all;
}

static void
empty_folder(struct fixture *f)
{
	for (uint32_t i = 1; i < 9; i++)
		(void)unlink(segment(f, i));
}

static void
a_tail_torn_at_any_byte_is_cut(void **state)
{
	struct fixture *f = *state;
	off_t third, all = three_and_one(f, &third);

	for (off_t at = third; at <= all; at++) {
		struct spool_pos pos = {0, 0};
		unsigned broken, whole = at == all ? 4 : 3;
		uint64_t torn = 999;

		arena_reset(f->arena);
		empty_folder(f);
		(void)three_and_one(f, &third);
		assert_int_equal(0, truncate(segment(f, 1), at));
		/* a reader that comes before the writer waits at the tear */
		assert_int_equal(whole, read_all(f, &pos, &broken, NULL));
		assert_int_equal(0, broken);

		struct spool *s = opened(f, &usual, &torn);
		assert_int_equal(at == all ? 0 : at - third, torn);
		append(f, s, 4, 40);
		append(f, s, 5, 40);
		assert_int_equal(2, read_all(f, &pos, &broken, NULL));
		assert_int_equal(0, broken);
		spool_close(s);
	}
}

static void
what_power_loss_took_back_does_not_hide_what_comes_after(void **state)
{
	struct fixture *f = *state;
	struct spool_pos pos = {0, 0};
	off_t third, all = three_and_one(f, &third);
	unsigned broken, numbers[9];
	uint64_t torn;

	(void)all;
	/* the reader had all four; then the fourth was never durable */
	assert_int_equal(4, read_all(f, &pos, &broken, NULL));
	assert_int_equal(0, truncate(segment(f, 1), third));
	for (unsigned i = 4; i < 9; i++) {
		struct spool *s = opened(f, &usual, &torn);

		append(f, s, i, 40);
		spool_sync(s);
		spool_close(s);
	}
	assert_int_equal(5, read_all(f, &pos, &broken, numbers));
	assert_int_equal(4, numbers[0]);
	assert_int_equal(0, broken);
}

static void
garbage_or_zeros_after_the_last_record_are_cut(void **state)
{
	struct fixture *f = *state;

	for (int fill = 0; fill < 256; fill += 85)
		for (size_t n = 1; n < 6000; n = n * 2 + 1) {
			struct spool_pos pos = {0, 0};
			unsigned char *junk = mem_new(n);
			off_t third, all;
			unsigned broken;
			uint64_t torn;

			arena_reset(f->arena);
			empty_folder(f);
			all = three_and_one(f, &third);
			memset(junk, fill, n);
			int fd = open(segment(f, 1), O_WRONLY | O_APPEND);
			assert_int_equal(n, (size_t)write(fd, junk, n));
			(void)close(fd);
			free(junk);
			assert_int_equal(4, read_all(f, &pos, &broken, NULL));
			spool_close(opened(f, &usual, &torn));
			assert_int_equal(n, torn);
			assert_int_equal(
				all + SEGMENT_CLOSE, size_of(segment(f, 1)));
			assert_int_equal(0, broken);
		}
}

/* What is skipped can be had: the bytes with the damaged one among them. */
static void
check_salvage(struct fixture *f, off_t at, unsigned char byte)
{
	struct spool_pos pos = {0, 0}, from = pos;
	struct spool_reader *r;
	struct spool_mail mail;
	struct span bytes;
	instant begun;
	struct err err;

	assert_true(spool_reader_open(&r, f->dir, &err));
	while (spool_read(r, f->arena, &pos, &mail, &err))
		from = pos;
	assert_int_equal(ERR_BROKEN, err.code);
	assert_true(spool_salvage(
		f->dir, f->arena, from, pos, 1 << 20, &bytes, &begun, &err));
	spool_reader_close(r);
	uint64_t offset = from.offset < SEGMENT_HEAD ? 0 : from.offset;
	assert_int_equal(pos.segment, 1);
	assert_int_equal(pos.offset - offset, bytes.n);
	assert_true((uint64_t)at >= offset && (uint64_t)at < pos.offset);
	assert_int_equal(byte, bytes.p[(uint64_t)at - offset]);
	assert_true(begun.ms > 0);
	assert_true(spool_salvage(
		f->dir, f->arena, from, pos, 10, &bytes, &begun, &err));
	assert_int_equal(10, bytes.n);
}

static void
a_damaged_byte_costs_one_mail_and_is_told(void **state)
{
	struct fixture *f = *state;
	off_t third, all = three_and_one(f, &third);
	unsigned damaged = 0;

	for (off_t at = SEGMENT_HEAD; at < third; at++) {
		struct spool_pos pos = {0, 0};
		unsigned broken, n;
		unsigned char byte;
		uint64_t torn;

		arena_reset(f->arena);
		empty_folder(f);
		(void)three_and_one(f, &third);
		int fd = open(segment(f, 1), O_RDWR);
		assert_int_equal(1, pread(fd, &byte, 1, at));
		byte ^= 0x20;
		assert_int_equal(1, pwrite(fd, &byte, 1, at));
		(void)close(fd);
		n = read_all(f, &pos, &broken, NULL);
		assert_int_equal(3, n);
		assert_int_equal(1, broken);
		check_salvage(f, at, byte);
		/* and the writer leaves it as it is, for a person to look at */
		spool_close(opened(f, &usual, &torn));
		assert_int_equal(0, torn);
		assert_int_equal(all + SEGMENT_CLOSE, size_of(segment(f, 1)));
		damaged++;
	}
	assert_true(damaged > 300);
}

static void
a_damaged_head_costs_its_segment_and_is_told(void **state)
{
	struct fixture *f = *state;
	struct spool_pos pos = {0, 0};
	unsigned broken;
	uint64_t torn;
	off_t third;

	(void)three_and_one(f, &third);
	int fd = open(segment(f, 1), O_RDWR);
	unsigned char byte; /* drawn at random: 'x' may be there already */
	assert_int_equal(1, pread(fd, &byte, 1, 9));
	byte ^= 0xff;
	assert_int_equal(1, pwrite(fd, &byte, 1, 9));
	(void)close(fd);
	struct spool *s = opened(f, &usual, &torn);
	append(f, s, 6, 40);
	assert_int_equal(1, read_all(f, &pos, &broken, NULL));
	assert_int_equal(1, broken);
	spool_close(s);
}

static void
a_segment_lost_in_the_making_is_passed_over(void **state)
{
	struct fixture *f = *state;

	for (off_t n = 0; n < SEGMENT_HEAD; n++) {
		struct spool_pos pos = {0, 0};
		unsigned broken;
		uint64_t torn;
		off_t third;

		empty_folder(f);
		(void)three_and_one(f, &third);
		int fd = open(segment(f, 2), O_WRONLY | O_CREAT, 0600);
		assert_int_equal(0, ftruncate(fd, n));
		(void)close(fd);
		assert_int_equal(4, read_all(f, &pos, &broken, NULL));
		struct spool *s = opened(f, &usual, &torn);
		append(f, s, 6, 40);
		assert_int_equal(1, read_all(f, &pos, &broken, NULL));
		assert_int_equal(0, broken);
		spool_close(s);
	}
}

static void
a_mail_cannot_hold_a_record(void **state)
{
	struct fixture *f = *state;
	struct spool_pos pos = {0, 0}, end;
	unsigned char bytes[4096];
	unsigned broken;
	struct err err;
	uint64_t torn;
	off_t third;

	/* the content is a whole spool, taken from another segment */
	(void)three_and_one(f, &third);
	int fd = open(segment(f, 1), O_RDONLY);
	ssize_t n = read(fd, bytes, sizeof bytes);
	(void)close(fd);
	empty_folder(f);
	struct spool *s = opened(f, &usual, &torn);
	struct spool_mail m = {.raw = span_make(bytes, (size_t)n)};
	assert_true(spool_append(s, &m, &end, &err));
	append(f, s, 7, 40);
	spool_close(s);
	fd = open(segment(f, 1), O_WRONLY);
	assert_int_equal(1, pwrite(fd, "x", 1, SEGMENT_HEAD));
	(void)close(fd);
	assert_int_equal(1, read_all(f, &pos, &broken, NULL));
	assert_int_equal(1, broken);
}

static void
an_envelope_that_makes_no_sense_is_damage(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m = mail_of(f, 0, 40);
	struct spool_pos pos = {0, 0}, end;
	unsigned broken;
	struct err err;
	uint64_t torn;
	struct spool *s = opened(f, &usual, &torn);
	unsigned char bytes[400], body[RECORD_END + 4] = {1, 2, 3, 4};

	append(f, s, 1, 40);
	assert_true(spool_append(s, &m, &end, &err));
	spool_close(s);
	struct segment seg = {.fd = open(segment(f, 1), O_RDWR)};
	assert_true(segment_get_head(&seg, &err));
	record_put_end(body + 4, &seg);
	struct record r = {
		RECORD_MAIL, 4, (uint32_t)crc32_z(0, body, sizeof body), 0};
	record_put_head(bytes, &seg, &r);
	memcpy(bytes + RECORD_HEAD, body, sizeof body);
	assert_true(pwrite(seg.fd, bytes, RECORD_HEAD + sizeof body,
			    (off_t)end.offset) > 0);
	(void)close(seg.fd);
	s = opened(f, &usual, &torn);
	append(f, s, 2, 40);
	assert_int_equal(3, read_all(f, &pos, &broken, NULL));
	assert_int_equal(1, broken);
	spool_close(s);
}

static void
a_folder_that_was_replaced_is_told_and_read_anew(void **state)
{
	struct fixture *f = *state;
	struct spool_pos pos = {77, 1234};
	unsigned broken;
	off_t third;

	(void)three_and_one(f, &third);
	assert_int_equal(4, read_all(f, &pos, &broken, NULL));
	assert_int_equal(1, broken);
	assert_int_equal(1, pos.segment);
}

static void
a_full_disk_puts_mails_off_and_writes_nothing(void **state)
{
	static const struct spool_settings full = {1 << 20, UINT64_MAX / 2};
	struct fixture *f = *state;
	struct spool_mail m = mail_of(f, 0, 40);
	struct spool_pos end = {4, 4};
	struct err err;
	uint64_t torn;
	struct spool *s = opened(f, &full, &torn);

	assert_false(spool_append(s, &m, &end, &err));
	assert_int_equal(ERR_BUSY, err.code);
	assert_int_equal(4, end.segment);
	assert_int_equal(-1, size_of(segment(f, 1)));
	spool_close(s);
}

static void
text_that_could_not_be_read_again_is_not_written(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m = mail_of(f, 0, 40);
	struct spool_pos end;
	struct err err;
	uint64_t torn;
	struct spool *s = opened(f, &usual, &torn);

	m.helo = "\xff\xfe";
	assert_false(spool_append(s, &m, &end, &err));
	assert_int_equal(ERR_LIMIT, err.code);
	spool_close(s);
}

#define T(sentence, fn)                                                        \
	{                                                                      \
		(sentence), (fn), setup, teardown, NULL                        \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T("every mail comes back as it was",
			every_mail_comes_back_as_it_was),
		T("a mail in a file is kept like one in memory",
			a_mail_in_a_file_is_kept_like_one_in_memory),
		T("segments follow each other and are pruned",
			segments_follow_each_other_and_are_pruned),
		T("a tail torn at any byte is cut",
			a_tail_torn_at_any_byte_is_cut),
		T("what a power loss took back does not hide what comes after",
			what_power_loss_took_back_does_not_hide_what_comes_after),
		T("garbage or zeros after the last record are cut",
			garbage_or_zeros_after_the_last_record_are_cut),
		T("a damaged byte costs one mail and is told",
			a_damaged_byte_costs_one_mail_and_is_told),
		T("a damaged head costs its segment and is told",
			a_damaged_head_costs_its_segment_and_is_told),
		T("a segment lost in the making is passed over",
			a_segment_lost_in_the_making_is_passed_over),
		T("a mail cannot hold a record", a_mail_cannot_hold_a_record),
		T("an envelope that makes no sense is damage",
			an_envelope_that_makes_no_sense_is_damage),
		T("a folder that was replaced is told and read anew",
			a_folder_that_was_replaced_is_told_and_read_anew),
		T("a full disk puts mails off and writes nothing",
			a_full_disk_puts_mails_off_and_writes_nothing),
		T("text that could not be read again is not written",
			text_that_could_not_be_read_again_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
