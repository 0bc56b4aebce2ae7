/*
 * spool.c - the writing end.
 *
 * Every open begins a new segment (at the first append), never continues an
 * old one. A reader may have seen, and its database may remember, records
 * that a power loss then took away; were their place in the file used again,
 * the reader would skip what now stands there. For the same reason a
 * segment's name is made durable before its first record is written.
 *
 * A segment that was left properly ends with a closing record, and then the
 * next open need not read it. Without one its tail is examined, cut and
 * closed. Bytes are cut only when no whole record follows them: damage in
 * the middle is the reader's to report.
 */
#include "sys/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "sys/spool_format.h"

enum {
	LOCK_TRIES = 200,    /* of 50 ms: an old writer may be ending */
	TRUST = 1024 * 1024, /* bytes written before the disk is asked anew */
};

struct spool {
	int dir, lock;
	struct segment seg; /* fd stays the same number for life, see turn() */
	uint32_t number;    /* the newest segment's, ours or not; 0 none */
	uint64_t at;        /* where the next record goes; 0: none is begun */
	uint64_t room;      /* what may be written before asking again */
	struct spool_settings set;
	struct str envelope;
};

/* The page cache can no longer be believed (or the file's end is unknown). */
static _Noreturn void
die(const char *what)
{
	log_event("spool.failed", "what=%s error=%s", what,
		log_text(span_of(strerror(errno))));
	_exit(74); /* EX_IOERR */
}

static bool
write_all(int fd, const void *p, size_t n, uint64_t at)
{
	const unsigned char *from = p;

	while (n > 0) {
		ssize_t put = pwrite(fd, from, n, (off_t)at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		from += put;
		at += (uint64_t)put;
		n -= (size_t)put;
	}
	return true;
}

/* Write the closing record; no matter if it is lost, so nobody waits. */
static bool
put_close(const struct segment *seg, uint64_t at)
{
	unsigned char rec[SEGMENT_CLOSE];

	record_put_end(rec + RECORD_HEAD, seg);
	record_put_head(rec, seg,
		&(struct record){.kind = RECORD_CLOSE,
			.crc = (uint32_t)crc32_z(
				0, rec + RECORD_HEAD, RECORD_END)});
	return write_all(seg->fd, rec, sizeof rec, at);
}

static bool
is_closed(
	const struct segment *seg, uint64_t size, bool *closed, struct err *err)
{
	enum record_state state = RECORD_ABSENT;
	struct record r;

	if (size >= SEGMENT_HEAD + SEGMENT_CLOSE &&
		!segment_look(seg, size - SEGMENT_CLOSE, size, &r, &state, err))
		return false;
	*closed = state == RECORD_WHOLE && r.kind == RECORD_CLOSE;
	return true;
}

/* Where the last whole record of the segment ends. */
static bool
find_end(const struct segment *seg, uint64_t size, uint64_t *end,
	struct err *err)
{
	enum record_state state;
	struct record r;
	uint64_t at = SEGMENT_HEAD;

	*end = at;
	while (at < size) {
		if (!segment_look(seg, at, size, &r, &state, err))
			return false;
		if (state == RECORD_WHOLE) {
			at += record_size(&r);
			*end = at;
		} else if (!segment_seek(seg, at + 1, size, &at, err)) {
			return false;
		}
	}
	return true;
}

/* Cut what a power loss tore and close the segment that was written last. */
static bool
mend(int fd, uint64_t *torn, struct err *err)
{
	struct segment seg = {.fd = fd};
	struct err head = {ERR_NONE, ""};
	bool closed = false;
	struct stat st;
	uint64_t end;

	if (fstat(fd, &st) != 0)
		return err_set(err, ERR_BUSY, "cannot examine it: %s",
			strerror(errno));
	uint64_t size = (uint64_t)st.st_size;
	if (size < SEGMENT_HEAD) { /* lost in the making: holds no mail */
		*torn += size;
		return true;
	}
	if (!segment_get_head(&seg, &head)) {
		if (head.code == ERR_SYNTAX)
			return true; /* damage: the reader reports it */
		*err = head;
		return false;
	}
	if (!is_closed(&seg, size, &closed, err) || closed)
		return closed;
	if (!find_end(&seg, size, &end, err))
		return false;
	if (ftruncate(fd, (off_t)end) != 0 || !put_close(&seg, end) ||
		fdatasync(fd) != 0)
		return err_set(err, ERR_BUSY, "cannot cut its torn end: %s",
			strerror(errno));
	*torn += size - end;
	return true;
}

static bool
mend_newest(struct spool *s, uint64_t *torn, struct err *err)
{
	uint32_t *numbers;
	size_t n;
	int fd;

	if (!segment_list(s->dir, &numbers, &n, err))
		return false;
	s->number = n > 0 ? numbers[n - 1] : 0;
	free(numbers);
	if (s->number == 0)
		return true;
	if (!segment_open(s->dir, s->number, O_RDWR, &fd, err))
		return false;
	bool ok = mend(fd, torn, err);
	(void)close(fd);
	return ok || err_wrap(err, "spool segment %u", s->number);
}

static bool
lock(struct spool *s, struct err *err)
{
	const struct timespec pause = {.tv_nsec = 50000000};

	s->lock = openat(s->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (s->lock < 0)
		return err_set(err, ERR_BUSY, "cannot open its lock file: %s",
			strerror(errno));
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(s->lock, LOCK_EX | LOCK_NB) == 0)
			return true;
		(void)nanosleep(&pause, NULL);
	}
	return err_set(err, ERR_BUSY, "another process writes to it");
}

bool
spool_open(struct spool **out, const char *dir,
	const struct spool_settings *set, uint64_t *torn, struct err *err)
{
	struct spool *s = mem_new(sizeof *s);
	uint64_t cut = 0;
	bool ok;

	s->dir = s->lock = s->seg.fd = -1;
	s->set = *set;
	str_init(&s->envelope, ENVELOPE_MAX);
	(void)mkdir(dir, 0750);
	s->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = s->dir >= 0 || err_set(err, ERR_ABSENT, "%s", strerror(errno));
	ok = ok && lock(s, err) && mend_newest(s, &cut, err);
	if (!ok) {
		spool_close(s);
		return err_wrap(err, "cannot write to the spool %s", dir);
	}
	*torn = cut;
	*out = s;
	return true;
}

void
spool_close(struct spool *s)
{
	if (s == NULL)
		return;
	if (s->at != 0)
		(void)put_close(&s->seg, s->at);
	if (s->seg.fd >= 0)
		(void)close(s->seg.fd);
	if (s->lock >= 0)
		(void)close(s->lock);
	if (s->dir >= 0)
		(void)close(s->dir);
	str_fini(&s->envelope);
	free(s);
}

/*
 * Begin the next segment. The descriptor's number is kept, so that another
 * thread inside spool_sync() is never left with a stale one; what it may
 * miss of the old file is synced here.
 */
static bool
turn(struct spool *s, instant created, struct err *err)
{
	unsigned char head[SEGMENT_HEAD];
	struct segment next = {.created = created};

	if (s->at != 0) {
		(void)put_close(&s->seg, s->at);
		if (fdatasync(s->seg.fd) != 0)
			die("fdatasync");
		s->at = 0;
	}
	random_bytes(next.mark, sizeof next.mark);
	segment_put_head(head, &next);
	if (!segment_open(s->dir, s->number + 1, O_RDWR | O_CREAT | O_EXCL,
		    &next.fd, err))
		return false;
	s->number++; /* used up from here on, whatever happens */
	if (!write_all(next.fd, head, sizeof head, 0)) {
		(void)close(next.fd);
		return err_set(err, ERR_BUSY,
			"cannot begin a spool segment: %s", strerror(errno));
	}
	if (fsync(next.fd) != 0 || fsync(s->dir) != 0)
		die("fsync");
	if (s->seg.fd < 0) {
		s->seg.fd = next.fd;
	} else if (dup3(next.fd, s->seg.fd, O_CLOEXEC) < 0) {
		die("dup3");
	} else {
		(void)close(next.fd);
	}
	memcpy(s->seg.mark, next.mark, sizeof next.mark);
	s->seg.created = created;
	s->at = SEGMENT_HEAD;
	return true;
}

/* Does the disk have room above the reserve? Asked once for a few mails. */
static bool
has_room(struct spool *s, uint64_t need, struct err *err)
{
	struct statvfs fs;

	if (s->room >= need) {
		s->room -= need;
		return true;
	}
	s->room = 0;
	if (fstatvfs(s->dir, &fs) != 0)
		return err_set(err, ERR_BUSY,
			"cannot ask the disk for its free space: %s",
			strerror(errno));
	uint64_t unused = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (unused < s->set.reserve_bytes ||
		unused - s->set.reserve_bytes < need)
		return err_set(err, ERR_BUSY,
			"the spool's disk has %llu bytes free, and %llu are kept in reserve (disk_reserve)",
			(unsigned long long)unused,
			(unsigned long long)s->set.reserve_bytes);
	s->room = unused - s->set.reserve_bytes - need;
	if (s->room > TRUST)
		s->room = TRUST;
	return true;
}

/* All of the parts at s->at, or the file is as it was. */
static bool
put_parts(
	struct spool *s, struct iovec *v, int n, uint64_t size, struct err *err)
{
	uint64_t done = 0;

	while (done < size) {
		ssize_t put = pwritev(s->seg.fd, v, n, (off_t)(s->at + done));

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			int cause = put < 0 ? errno : ENOSPC;

			s->room = 0;
			if (ftruncate(s->seg.fd, (off_t)s->at) != 0)
				die("ftruncate");
			return err_set(err, ERR_BUSY,
				"cannot write to the spool: %s",
				strerror(cause));
		}
		done += (uint64_t)put;
		for (; n > 0 && (size_t)put >= v->iov_len; v++, n--)
			put -= (ssize_t)v->iov_len;
		if (n > 0) {
			v->iov_base = (char *)v->iov_base + put;
			v->iov_len -= (size_t)put;
		}
	}
	return true;
}

bool
spool_append(struct spool *s, const struct spool_mail *mail,
	struct spool_pos *end, struct err *err)
{
	unsigned char head[RECORD_HEAD], tail[RECORD_END];

	str_clear(&s->envelope);
	if (!envelope_put(&s->envelope, mail) || mail->raw.n > RAW_MAX)
		return err_set(err, ERR_LIMIT,
			"the envelope has a text that is not UTF-8, or it or the mail is too large to be kept");
	struct record r = {.kind = RECORD_MAIL,
		.envelope = (uint32_t)s->envelope.n,
		.raw = mail->raw.n};
	uint64_t size = record_size(&r);
	if (!has_room(s, size, err))
		return false;
	if ((s->at == 0 || s->at >= s->set.segment_bytes) &&
		!turn(s, mail->received, err))
		return false;

	record_put_end(tail, &s->seg);
	uLong crc = crc32_z(0, (const Bytef *)s->envelope.text, s->envelope.n);
	if (mail->raw.n > 0)
		crc = crc32_z(crc, mail->raw.p, mail->raw.n);
	r.crc = (uint32_t)crc32_z(crc, tail, sizeof tail);
	record_put_head(head, &s->seg, &r);
	union { /* iovec has no const */
		const unsigned char *from;
		void *to;
	} raw = {.from = mail->raw.p};
	struct iovec v[] = {{head, sizeof head},
		{s->envelope.text, s->envelope.n}, {raw.to, mail->raw.n},
		{tail, sizeof tail}};
	if (!put_parts(s, v, (int)ARRAY_LEN(v), size, err))
		return false;
	s->at += size;
	*end = (struct spool_pos){s->number, s->at};
	return true;
}

bool
spool_append_fd(struct spool *s, const struct spool_mail *mail, int fd,
	uint64_t n, struct spool_pos *end, struct err *err)
{
	struct spool_mail whole = *mail;
	void *map = NULL;

	if (n > RAW_MAX)
		return err_set(err, ERR_LIMIT, "the mail is too large");
	if (n > 0)
		map = mmap(NULL, (size_t)n, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return err_set(err, ERR_BUSY, "cannot read the mail back: %s",
			strerror(errno));
	whole.raw = span_make(map, (size_t)n);
	bool ok = spool_append(s, &whole, end, err);
	if (map != NULL)
		(void)munmap(map, (size_t)n);
	return ok;
}

void
spool_sync(struct spool *s)
{
	if (s->seg.fd >= 0 && fdatasync(s->seg.fd) != 0)
		die("fdatasync");
}
