/*
 * spool_read.c - the reading end, which follows a writer that is at work.
 *
 * The file's size is asked before its bytes are read, and the existence of
 * the next segment before the size: so what looks unfinished in a segment
 * that has a successor really is damage, and in the newest one it is a
 * record that is still being written, unless a whole one follows it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"
#include "sys/spool.h"
#include "sys/spool_format.h"

enum { GULP = 16 * 1024 };

struct spool_reader {
	int dir;
	uint32_t number; /* of the segment that is open, 0 none */
	uint32_t next;   /* the one after it, 0: it is the newest */
	struct segment seg;
	bool headless; /* its head is damaged */
	bool tiny;     /* smaller than a head: it was lost in the making */
	bool again;    /* what stands at the position is tried once more */
	unsigned char gulp[GULP];
};

bool
spool_reader_open(struct spool_reader **out, const char *dir, struct err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_set(err, ERR_ABSENT, "cannot open the spool %s: %s",
			dir, strerror(errno));
	struct spool_reader *r = mem_new(sizeof *r);
	r->dir = fd;
	r->seg.fd = -1;
	*out = r;
	return true;
}

static void
let_go(struct spool_reader *r)
{
	if (r->seg.fd >= 0)
		(void)close(r->seg.fd);
	r->seg.fd = -1;
	r->number = 0;
}

void
spool_reader_close(struct spool_reader *r)
{
	if (r == NULL)
		return;
	let_go(r);
	(void)close(r->dir);
	free(r);
}

/* The first segment from `number` on, 0 if there is none, and the newest. */
static bool
find_segment(struct spool_reader *r, uint32_t number, uint32_t *found,
	uint32_t *newest, struct err *err)
{
	uint32_t *v;
	size_t n, i = 0;

	if (!segment_list(r->dir, &v, &n, err))
		return false;
	while (i < n && v[i] < number)
		i++;
	*found = i < n ? v[i] : 0;
	*newest = n > 0 ? v[n - 1] : 0;
	free(v);
	return true;
}

/* Have the segment of *pos open; ERR_NONE and false: there is none yet. */
static bool
go_to(struct spool_reader *r, struct spool_pos *pos, struct err *err)
{
	uint32_t found, newest;
	struct err head = {ERR_NONE, ""};
	struct stat st;

	if (r->number != 0 && r->number == pos->segment)
		return true;
	let_go(r);
	if (!find_segment(r, pos->segment, &found, &newest, err))
		return false;
	if (found == 0 && pos->segment == 0)
		return false;
	if (found == 0) {
		/* positions never outrun the files: another folder is here */
		(void)err_set(err, ERR_BROKEN,
			"spool segment %u is gone and the newest is %u: reading begins anew",
			pos->segment, newest);
		*pos = (struct spool_pos){0, 0};
		return false;
	}
	if (found != pos->segment)
		*pos = (struct spool_pos){found, 0};
	if (!segment_open(r->dir, found, O_RDONLY, &r->seg.fd, err))
		return false;
	r->number = found;
	r->next = 0;
	r->tiny = fstat(r->seg.fd, &st) == 0 && st.st_size < SEGMENT_HEAD;
	r->headless = !r->tiny && !segment_get_head(&r->seg, &head);
	if (r->headless && head.code == ERR_BUSY) {
		*err = head;
		let_go(r);
		return false;
	}
	return true;
}

/* Look for a successor unless one is known; asks for one name only. */
static void
look_ahead(struct spool_reader *r)
{
	char name[SEGMENT_NAME];
	struct err err;
	uint32_t newest;

	if (r->next != 0)
		return;
	if (faccessat(r->dir, segment_name(name, r->number + 1), F_OK, 0) == 0)
		r->next = r->number + 1;
	else if (!find_segment(r, r->number + 1, &r->next, &newest, &err))
		r->next = 0;
}

static bool
skip_segment(struct spool_reader *r, struct spool_pos *pos)
{
	if (r->next == 0)
		return false;
	*pos = (struct spool_pos){r->next, 0};
	return true;
}

/* Something stands at *pos that is no record: where does the next begin? */
static bool
skip_damage(struct spool_reader *r, struct spool_pos *pos, uint64_t size,
	struct err *err)
{
	uint64_t found, from = pos->offset;
	enum record_state state;
	struct record again;

	if (!segment_seek(&r->seg, from + 1, size, &found, err))
		return false;
	if (found == size && r->next == 0)
		return false; /* the tail of a segment that is being written */
	/* it may have become whole while we looked further on */
	if (!segment_look(&r->seg, from, size, &again, &state, err))
		return false;
	if (state == RECORD_WHOLE && !r->again) {
		r->again = true; /* once, should its envelope make no sense */
		return true;
	}
	r->again = false;
	if (found < size)
		pos->offset = found;
	else
		(void)skip_segment(r, pos);
	return err_set(err, ERR_BROKEN,
		"spool segment %u is damaged from byte %llu on; reading goes on at byte %llu of segment %u",
		r->number, (unsigned long long)from,
		(unsigned long long)pos->offset, pos->segment);
}

/* The record's body into the arena: from the first gulp where it is whole. */
static bool
take_body(struct spool_reader *r, struct arena *a, uint64_t at, size_t have,
	const struct record *rec, struct spool_mail *out, bool *bad,
	struct err *err)
{
	size_t n = rec->envelope + (size_t)rec->raw + RECORD_END;
	size_t first = have - RECORD_HEAD < n ? have - RECORD_HEAD : n;
	unsigned char *body = arena_alloc(a, n);

	memcpy(body, r->gulp + RECORD_HEAD, first);
	if (first < n &&
		!segment_pread(r->seg.fd, body + first, n - first,
			at + RECORD_HEAD + first, err))
		return false;
	*bad = (uint32_t)crc32_z(0, body, n) != rec->crc ||
		!record_end_is(&r->seg, body + n - RECORD_END);
	if (*bad || rec->kind == RECORD_CLOSE)
		return true;
	*bad = !envelope_get(span_make(body, rec->envelope), a, out);
	out->raw = span_make(body + rec->envelope, (size_t)rec->raw);
	return true;
}

enum step { STEP_MAIL, STEP_AGAIN, STEP_STOP };

static enum step
no_head(struct spool_reader *r, struct spool_pos *pos, struct err *err)
{
	uint32_t number = r->number;

	if (!skip_segment(r, pos)) {
		let_go(r); /* look at it anew next time */
		return STEP_STOP;
	}
	if (r->tiny)
		return STEP_AGAIN;
	(void)err_set(err, ERR_BROKEN,
		"spool segment %u has a damaged head and was skipped", number);
	return STEP_STOP;
}

static enum step
one(struct spool_reader *r, struct arena *a, struct spool_pos *pos,
	struct spool_mail *out, struct err *err)
{
	struct record rec;
	struct stat st;
	bool bad = false;

	if (!go_to(r, pos, err))
		return STEP_STOP;
	if (fstat(r->seg.fd, &st) != 0) {
		(void)err_set(err, ERR_BUSY, "cannot examine the spool: %s",
			strerror(errno));
		return STEP_STOP;
	}
	uint64_t size = (uint64_t)st.st_size;
	if (r->tiny || r->headless) {
		look_ahead(r);
		return no_head(r, pos, err);
	}
	if (pos->offset < SEGMENT_HEAD)
		pos->offset = SEGMENT_HEAD;
	if (pos->offset >= size) {
		if (r->next == 0) {
			look_ahead(r); /* and then the size once more */
			return r->next == 0 ? STEP_STOP : STEP_AGAIN;
		}
		return skip_segment(r, pos) ? STEP_AGAIN : STEP_STOP;
	}

	uint64_t left = size - pos->offset;
	size_t have = left < GULP ? (size_t)left : (size_t)GULP;
	if (!segment_pread(r->seg.fd, r->gulp, have, pos->offset, err))
		return STEP_STOP;
	enum record_state state = have < RECORD_HEAD ?
		RECORD_SHORT :
		record_get_head(&r->seg, r->gulp, &rec);
	if (state == RECORD_WHOLE && record_size(&rec) > left)
		state = RECORD_SHORT;
	if (state == RECORD_WHOLE &&
		!take_body(r, a, pos->offset, have, &rec, out, &bad, err))
		return STEP_STOP;
	if (state == RECORD_WHOLE && !bad) {
		pos->offset += record_size(&rec);
		r->again = false;
		return rec.kind == RECORD_MAIL ? STEP_MAIL : STEP_AGAIN;
	}
	if (r->next == 0) {
		look_ahead(r);
		if (r->next != 0)
			return STEP_AGAIN;
		if (state == RECORD_SHORT)
			return STEP_STOP;
	}
	return skip_damage(r, pos, size, err) ? STEP_AGAIN : STEP_STOP;
}

bool
spool_read(struct spool_reader *r, struct arena *a, struct spool_pos *pos,
	struct spool_mail *out, struct err *err)
{
	struct spool_mail mail;
	enum step step;

	err->code = ERR_NONE;
	do {
		mail = (struct spool_mail){.flags = 0};
		step = one(r, a, pos, &mail, err);
	} while (step == STEP_AGAIN);
	if (step == STEP_MAIL)
		*out = mail;
	return step == STEP_MAIL;
}

/* When was the segment begun? False when its head does not say. */
static bool
begun(int dir, uint32_t number, instant *created)
{
	struct segment seg = {.fd = -1};
	struct err err;

	if (!segment_open(dir, number, O_RDONLY, &seg.fd, &err))
		return false;
	bool ok = segment_get_head(&seg, &err);
	(void)close(seg.fd);
	if (ok)
		*created = seg.created;
	return ok;
}

static bool
salvage(int dir, struct arena *a, struct spool_pos from, struct spool_pos to,
	uint64_t most, struct span *bytes, struct err *err)
{
	struct stat st;
	int fd;

	if (!segment_open(dir, from.segment, O_RDONLY, &fd, err))
		return false;
	bool ok = fstat(fd, &st) == 0 ||
		err_set(err, ERR_BUSY, "cannot examine the spool: %s",
			strerror(errno));
	uint64_t end = ok ? (uint64_t)st.st_size : 0;
	if (to.segment == from.segment && to.offset < end)
		end = to.offset;
	uint64_t n = end > from.offset ? end - from.offset : 0;
	if (n > most)
		n = most;
	unsigned char *copy = arena_alloc(a, (size_t)n + 1);
	ok = ok && segment_pread(fd, copy, (size_t)n, from.offset, err);
	(void)close(fd);
	*bytes = span_make(copy, ok ? (size_t)n : 0);
	return ok;
}

bool
spool_salvage(const char *dir, struct arena *a, struct spool_pos from,
	struct spool_pos to, uint64_t most, struct span *bytes,
	instant *not_before, struct err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint32_t *v = NULL;
	size_t n = 0;

	*not_before = (instant){0};
	if (fd < 0)
		return err_set(err, ERR_ABSENT, "cannot open the spool %s: %s",
			dir, strerror(errno));
	bool ok = segment_list(fd, &v, &n, err);
	for (size_t i = 0; ok && from.segment == 0 && i < n; i++)
		from.segment = v[i]; /* reading began with the oldest */
	free(v);
	ok = ok && salvage(fd, a, from, to, most, bytes, err);
	if (ok)
		(void)begun(fd, from.segment, not_before);
	(void)close(fd);
	return ok;
}

bool
spool_prune(
	const char *dir, struct spool_pos pos, instant before, struct err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[SEGMENT_NAME];
	uint32_t *v = NULL;
	size_t n = 0;
	bool ok;

	if (fd < 0)
		return err_set(err, ERR_ABSENT, "cannot open the spool %s: %s",
			dir, strerror(errno));
	ok = segment_list(fd, &v, &n, err);
	/* A segment is as old as the beginning of the next; the newest stays,
	 * for its number is the next one's. */
	instant end = {INT64_MAX};
	for (size_t i = n; ok && i-- > 0;) {
		if (i + 1 < n && v[i] < pos.segment && end.ms < before.ms &&
			unlinkat(fd, segment_name(name, v[i]), 0) != 0)
			ok = err_set(err, ERR_BUSY,
				"cannot remove spool segment %s: %s", name,
				strerror(errno));
		(void)begun(fd, v[i], &end);
	}
	free(v);
	(void)close(fd);
	return ok;
}
