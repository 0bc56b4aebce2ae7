/*
 * spool_format.c - heads, checksums, and finding the next whole record.
 *
 * CRC-32 tells damage, not forgery: the folder is ours. What a stranger can
 * choose is a mail's content, and for that there is the segment's mark.
 */
#include "sys/spool_format.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/pack.h"
#include "base/utf8.h"

static const unsigned char magic[8] = {'P', 'R', 'S', 'P', 'O', 'O', 'L', 1};
enum { CHUNK = 64 * 1024, RCPTS_MAX = 100000 };

uint64_t
record_size(const struct record *r)
{
	return RECORD_HEAD + (uint64_t)r->envelope + r->raw + RECORD_END;
}

static void
put_le(unsigned char *out, uint64_t v, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		out[i] = (unsigned char)(v >> (8 * i));
}

static uint64_t
get_le(const unsigned char *p, unsigned n)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < n; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static uint32_t
crc_of(const void *p, size_t n)
{
	return (uint32_t)crc32_z(crc32_z(0, NULL, 0), p, n);
}

void
segment_put_head(unsigned char out[SEGMENT_HEAD], const struct segment *s)
{
	memcpy(out, magic, sizeof magic);
	memcpy(out + 8, s->mark, SEGMENT_MARK);
	put_le(out + 16, (uint64_t)s->created.ms, 8);
	put_le(out + 24, 0, 4);
	put_le(out + 28, crc_of(out, 28), 4);
}

bool
segment_get_head(struct segment *s, struct err *err)
{
	unsigned char head[SEGMENT_HEAD];

	if (!segment_pread(s->fd, head, sizeof head, 0, err))
		return false;
	if (memcmp(head, magic, sizeof magic) != 0 ||
		get_le(head + 28, 4) != crc_of(head, 28))
		return err_set(err, ERR_SYNTAX,
			"no spool segment of this version begins here");
	memcpy(s->mark, head + 8, SEGMENT_MARK);
	s->created.ms = (int64_t)get_le(head + 16, 8);
	return true;
}

void
record_put_head(unsigned char out[RECORD_HEAD], const struct segment *s,
	const struct record *r)
{
	memcpy(out, s->mark, SEGMENT_MARK);
	put_le(out + 8, r->kind, 4);
	put_le(out + 12, r->envelope, 4);
	put_le(out + 16, r->raw, 8);
	put_le(out + 24, r->crc, 4);
	put_le(out + 28, crc_of(out, 28), 4);
}

void
record_put_end(unsigned char out[RECORD_END], const struct segment *s)
{
	for (unsigned i = 0; i < RECORD_END; i++)
		out[i] = (unsigned char)~s->mark[i];
}

bool
record_end_is(const struct segment *s, const unsigned char *bytes)
{
	unsigned char want[RECORD_END];

	record_put_end(want, s);
	return memcmp(want, bytes, sizeof want) == 0;
}

enum record_state
record_get_head(
	const struct segment *s, const unsigned char *bytes, struct record *r)
{
	uint32_t kind = (uint32_t)get_le(bytes + 8, 4);

	if (memcmp(bytes, s->mark, SEGMENT_MARK) != 0 ||
		get_le(bytes + 28, 4) != crc_of(bytes, 28))
		return RECORD_BAD;
	*r = (struct record){.kind = (enum record_kind)kind,
		.envelope = (uint32_t)get_le(bytes + 12, 4),
		.raw = get_le(bytes + 16, 8),
		.crc = (uint32_t)get_le(bytes + 24, 4)};
	if ((kind != RECORD_MAIL && kind != RECORD_CLOSE) ||
		r->envelope > ENVELOPE_MAX || r->raw > RAW_MAX)
		return RECORD_BAD;
	return RECORD_WHOLE;
}

bool
segment_pread(int fd, void *out, size_t n, uint64_t at, struct err *err)
{
	unsigned char *p = out;

	while (n > 0) {
		ssize_t got = pread(fd, p, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(err, ERR_BUSY, "cannot read: %s",
				strerror(errno));
		if (got == 0)
			return err_set(err, ERR_BUSY,
				"the file ended while it was read");
		p += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return true;
}

/* The checksum of [at, at + n), read in pieces. */
static bool
crc_range(int fd, uint64_t at, uint64_t n, uint32_t *out, struct err *err)
{
	unsigned char *chunk = mem_new(CHUNK);
	uLong crc = crc32_z(0, NULL, 0);
	bool ok = true;

	while (n > 0 && ok) {
		size_t part = n < CHUNK ? (size_t)n : CHUNK;

		ok = segment_pread(fd, chunk, part, at, err);
		crc = ok ? crc32_z(crc, chunk, part) : crc;
		at += part;
		n -= part;
	}
	free(chunk);
	if (ok)
		*out = (uint32_t)crc;
	return ok;
}

bool
segment_look(const struct segment *s, uint64_t at, uint64_t size,
	struct record *r, enum record_state *state, struct err *err)
{
	unsigned char head[RECORD_HEAD], end[RECORD_END];
	uint32_t crc = 0;

	*state = at == size ? RECORD_ABSENT : RECORD_SHORT;
	if (at > size || size - at < RECORD_HEAD)
		return true;
	if (!segment_pread(s->fd, head, sizeof head, at, err))
		return false;
	*state = record_get_head(s, head, r);
	if (*state != RECORD_WHOLE)
		return true;
	if (record_size(r) > size - at) {
		*state = RECORD_SHORT;
		return true;
	}
	uint64_t body = (uint64_t)r->envelope + r->raw;
	if (!segment_pread(
		    s->fd, end, sizeof end, at + RECORD_HEAD + body, err) ||
		!crc_range(
			s->fd, at + RECORD_HEAD, body + RECORD_END, &crc, err))
		return false;
	if (!record_end_is(s, end) || crc != r->crc)
		*state = RECORD_BAD;
	return true;
}

/* Where the mark next stands in [from, size), else size. */
static bool
next_mark(const struct segment *s, uint64_t from, uint64_t size,
	unsigned char *chunk, uint64_t *found, struct err *err)
{
	while (from < size && size - from >= SEGMENT_CLOSE) {
		size_t part = size - from < CHUNK ? (size_t)(size - from) :
						    (size_t)CHUNK;
		const unsigned char *hit;

		if (!segment_pread(s->fd, chunk, part, from, err))
			return false;
		hit = memmem(chunk, part, s->mark, SEGMENT_MARK);
		if (hit != NULL) {
			*found = from + (uint64_t)(hit - chunk);
			return true;
		}
		/* a mark may lie across two pieces */
		from += part - (SEGMENT_MARK - 1);
	}
	*found = size;
	return true;
}

bool
segment_seek(const struct segment *s, uint64_t from, uint64_t size,
	uint64_t *found, struct err *err)
{
	unsigned char *chunk = mem_new(CHUNK);
	enum record_state state = RECORD_BAD;
	struct record r;
	bool ok = true;
	uint64_t at = from;

	while (ok && state != RECORD_WHOLE) {
		ok = next_mark(s, at, size, chunk, &at, err);
		if (!ok || at >= size)
			break;
		ok = segment_look(s, at, size, &r, &state, err);
		if (state != RECORD_WHOLE)
			at++;
	}
	free(chunk);
	if (ok)
		*found = at < size ? at : size;
	return ok;
}

const char *
segment_name(char out[SEGMENT_NAME], uint32_t number)
{
	(void)snprintf(out, SEGMENT_NAME, "%08u.seg", number);
	return out;
}

bool
segment_open(int dirfd, uint32_t number, int flags, int *fd, struct err *err)
{
	char name[SEGMENT_NAME];
	int got = openat(dirfd, segment_name(name, number),
		flags | O_CLOEXEC | O_NOFOLLOW, 0640);

	if (got < 0)
		return err_set(err, errno == ENOENT ? ERR_ABSENT : ERR_BUSY,
			"cannot open spool segment %s: %s", name,
			strerror(errno));
	*fd = got;
	return true;
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

bool
segment_list(int dirfd, uint32_t **out, size_t *n, struct err *err)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	uint32_t *v = NULL;
	size_t have = 0, cap = 0;

	if (dir == NULL)
		return err_set(err, ERR_BUSY,
			"cannot list the spool folder: %s", strerror(errno));
	for (struct dirent *e; (e = readdir(dir)) != NULL;) {
		struct span name = span_of(e->d_name);
		unsigned long long number;

		if (name.n < 12 || !span_ends_nocase(name, ".seg") ||
			!span_number(span_cut(name, 0, name.n - 4), UINT32_MAX,
				&number) ||
			number == 0)
			continue;
		v = mem_grow(v, &cap, have + 1, sizeof *v);
		v[have++] = (uint32_t)number;
	}
	(void)closedir(dir);
	if (have > 0)
		qsort(v, have, sizeof *v, by_number);
	*out = v;
	*n = have;
	return true;
}

static bool
readable(const char *text)
{
	return text == NULL || utf8_valid(span_of(text));
}

bool
envelope_put(struct str *out, const struct spool_mail *mail)
{
	const char *texts[] = {mail->sender, mail->peer, mail->helo,
		mail->protocol, mail->trace};
	bool ok = mail->n_rcpts <= RCPTS_MAX;

	pack_i64(out, mail->received.ms);
	pack_u32(out, mail->flags);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		ok = ok && readable(texts[i]);
		pack_text(out, texts[i]);
	}
	pack_u32(out, (uint32_t)mail->n_rcpts);
	for (size_t i = 0; i < mail->n_rcpts; i++) {
		ok = ok && readable(mail->rcpts[i]);
		pack_text(out, mail->rcpts[i]);
	}
	return ok && !out->cut;
}

bool
envelope_get(struct span bytes, struct arena *a, struct spool_mail *mail)
{
	struct unpack u = {.rest = bytes};
	struct spool_mail m = {.received = {unpack_i64(&u)}};

	m.flags = unpack_u32(&u, UINT32_MAX);
	m.sender = unpack_text(&u, a);
	m.peer = unpack_text(&u, a);
	m.helo = unpack_text(&u, a);
	m.protocol = unpack_text(&u, a);
	m.trace = unpack_text(&u, a);
	m.n_rcpts = unpack_u32(&u, RCPTS_MAX);
	if (m.n_rcpts > u.rest.n / 4) /* each has at least its length */
		return false;
	const char **rcpts = ARENA_ARRAY(a, m.n_rcpts, const char *);
	for (size_t i = 0; i < m.n_rcpts; i++)
		rcpts[i] = unpack_text(&u, a);
	m.rcpts = rcpts;
	if (!unpack_end(&u))
		return false;
	*mail = m;
	return true;
}
