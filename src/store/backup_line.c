/*
 * backup_line.c - JSON lines through zstd, counted and hashed on their way.
 *
 * A file that was cut, joined or changed does not end with the right count
 * and hash, and is refused before anything is done with it.
 */
#include "store/backup_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>
#include <zstd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"

enum { ZSTD_LEVEL = 3, WINDOW_LOG_MAX = 27 };
static const uint64_t bytes_most = UINT64_C(2) << 30;

struct line_writer {
	int fd;
	ZSTD_CCtx *z;
	crypto_generichash_state sum;
	int64_t lines;
	char *out;
	size_t cap;
};

struct line_writer *
line_writer_new(int fd)
{
	struct line_writer *w = mem_new(sizeof *w);

	w->fd = fd;
	w->z = ZSTD_createCCtx();
	w->cap = ZSTD_CStreamOutSize();
	w->out = mem_new(w->cap);
	ZSTD_CCtx_setParameter(w->z, ZSTD_c_compressionLevel, ZSTD_LEVEL);
	ZSTD_CCtx_setParameter(w->z, ZSTD_c_checksumFlag, 1);
	crypto_generichash_init(&w->sum, NULL, 0, HASH_BYTES);
	return w;
}

void
line_writer_free(struct line_writer *w)
{
	if (!w)
		return;
	ZSTD_freeCCtx(w->z);
	free(w->out);
	free(w);
}

static bool
write_all(int fd, const char *p, size_t n, struct err *err)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return err_set(err, ERR_BUSY,
				"cannot write the backup: %s", strerror(errno));
		p += done;
		n -= (size_t)done;
	}
	return true;
}

static bool
compress(struct line_writer *w, struct span text, ZSTD_EndDirective end,
	struct err *err)
{
	ZSTD_inBuffer in = {text.p, text.n, 0};
	size_t left = 1;

	while (in.pos < in.size || (end == ZSTD_e_end && left > 0)) {
		ZSTD_outBuffer out = {w->out, w->cap, 0};

		left = ZSTD_compressStream2(w->z, &out, &in, end);
		if (ZSTD_isError(left))
			return err_set(err, ERR_BROKEN, "zstd: %s",
				ZSTD_getErrorName(left));
		if (!write_all(w->fd, w->out, out.pos, err))
			return false;
	}
	return true;
}

bool
line_put(struct line_writer *w, json_t *line, struct err *err)
{
	char *text = json_dumps(line, JSON_COMPACT);

	json_decref(line);
	if (!text)
		return err_set(
			err, ERR_BROKEN, "a line of the backup is no JSON");
	struct span s = span_of(text);
	bool ok = compress(w, s, ZSTD_e_continue, err) &&
		compress(w, SPAN_LIT("\n"), ZSTD_e_continue, err);
	crypto_generichash_update(&w->sum, s.p, s.n);
	crypto_generichash_update(&w->sum, (const unsigned char *)"\n", 1);
	w->lines++;
	free(text);
	return ok;
}

bool
line_put_bytes(struct line_writer *w, struct span bytes, struct err *err)
{
	const int how = sodium_base64_VARIANT_ORIGINAL;

	for (size_t at = 0; at < bytes.n; at += BYTES_A_LINE) {
		struct span part = span_cut(bytes, at, at + BYTES_A_LINE);
		size_t n = sodium_base64_encoded_len(part.n, how);
		char *text = mem_new(n);

		sodium_bin2base64(text, n, part.p, part.n, how);
		bool ok = line_put(w, json_pack("{s:s}", "bytes", text), err);
		free(text);
		if (!ok)
			return false;
	}
	return true;
}

bool
line_end(struct line_writer *w, int64_t *lines, struct err *err)
{
	char hex[HASH_TEXT], text[160];
	struct hash sum;

	crypto_generichash_final(&w->sum, sum.b, sizeof sum.b);
	(void)snprintf(text, sizeof text,
		"{\"end\":{\"lines\":%lld,\"hash\":\"%s\"}}\n",
		(long long)w->lines, hash_hex(sum, hex));
	if (lines)
		*lines = w->lines;
	return compress(w, span_of(text), ZSTD_e_end, err);
}

/* --- reading ----------------------------------------------------------------- */

struct line_reader {
	int fd;
	ZSTD_DCtx *z;
	char *in; /* compressed */
	size_t in_cap, in_n, in_at;
	char *out; /* text; lines are taken from its front */
	size_t out_cap, out_n, out_at;
	bool ended;   /* the file, not the text */
	size_t wants; /* what zstd still expects: 0 at the end of a frame */
	crypto_generichash_state sum;
	int64_t lines;
};

struct line_reader *
line_reader_new(int fd)
{
	struct line_reader *r = mem_new(sizeof *r);

	r->fd = fd;
	r->z = ZSTD_createDCtx();
	ZSTD_DCtx_setParameter(r->z, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	r->in_cap = ZSTD_DStreamInSize();
	r->in = mem_new(r->in_cap);
	r->out_cap = 2 * LINE_MAX_BYTES;
	r->out = mem_new(r->out_cap);
	crypto_generichash_init(&r->sum, NULL, 0, HASH_BYTES);
	return r;
}

void
line_reader_free(struct line_reader *r)
{
	if (!r)
		return;
	ZSTD_freeDCtx(r->z);
	free(r->in);
	free(r->out);
	free(r);
}

int64_t
line_count(const struct line_reader *r)
{
	return r->lines;
}

/* More text behind what is there. */
static bool
fill(struct line_reader *r, struct err *err)
{
	if (r->in_at == r->in_n) {
		ssize_t n = read(r->fd, r->in, r->in_cap);

		if (n < 0)
			return err_set(err, ERR_BUSY,
				"cannot read the backup: %s", strerror(errno));
		r->in_n = (size_t)n;
		r->in_at = 0;
		r->ended = n == 0;
	}
	memmove(r->out, r->out + r->out_at, r->out_n - r->out_at);
	r->out_n -= r->out_at;
	r->out_at = 0;
	ZSTD_inBuffer in = {r->in, r->in_n, r->in_at};
	ZSTD_outBuffer out = {r->out, r->out_cap, r->out_n};
	size_t left = ZSTD_decompressStream(r->z, &out, &in);
	if (ZSTD_isError(left))
		return err_set(err, ERR_SYNTAX, "not a whole backup: %s",
			ZSTD_getErrorName(left));
	if (in.pos > r->in_at || out.pos > r->out_n)
		r->wants = left;
	r->in_at = in.pos;
	r->out_n = out.pos;
	return true;
}

static bool
next_line(struct line_reader *r, struct span *line, struct err *err)
{
	size_t seen = 0;

	for (;;) {
		const char *from = r->out + r->out_at;
		size_t n = r->out_n - r->out_at;
		const char *nl = memchr(from + seen, '\n', n - seen);

		if (nl) {
			*line = span_make(from, (size_t)(nl - from));
			r->out_at += line->n + 1;
			return true;
		}
		seen = n;
		if (n >= LINE_MAX_BYTES)
			return err_set(err, ERR_SYNTAX,
				"line %lld of the backup is too long",
				(long long)r->lines + 1);
		if (r->ended)
			return err_set(err, ERR_SYNTAX,
				"the backup ends after line %lld, without its "
				"last line",
				(long long)r->lines);
		if (!fill(r, err))
			return false;
	}
}

static bool
check_end(struct line_reader *r, const json_t *end, struct err *err)
{
	const char *hex = json_get_text(end, "hash");
	struct hash sum, want;

	crypto_generichash_final(&r->sum, sum.b, sizeof sum.b);
	if (json_get_int(end, "lines", -1) != r->lines || !hex ||
		!hash_parse(span_of(hex), &want) || !hash_eq(sum, want))
		return err_set(err, ERR_SYNTAX,
			"the backup was changed: its count or hash at the end "
			"is not that of its %lld lines",
			(long long)r->lines);
	while (!r->ended && r->out_at == r->out_n)
		if (!fill(r, err))
			return false;
	if (r->out_at != r->out_n || r->wants > 0)
		return err_set(err, ERR_SYNTAX,
			"something stands behind the backup's last line");
	return true;
}

bool
line_get(struct line_reader *r, json_t **out, struct err *err)
{
	struct span text = SPAN_NONE;

	if (!next_line(r, &text, err))
		return false;
	json_t *line = json_loadb(
		(const char *)text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(line)) {
		json_decref(line);
		return err_set(err, ERR_SYNTAX,
			"line %lld of the backup is no JSON object",
			(long long)r->lines + 1);
	}
	const json_t *end = json_object_get(line, "end");
	if (end) {
		bool ok = check_end(r, end, err);
		json_decref(line);
		*out = NULL;
		return ok;
	}
	crypto_generichash_update(&r->sum, text.p, text.n);
	crypto_generichash_update(&r->sum, (const unsigned char *)"\n", 1);
	r->lines++;
	*out = line;
	return true;
}

static bool
get_part(struct line_reader *r, unsigned char *to, size_t most, size_t *n,
	struct err *err)
{
	AUTO(json_auto) json_t *line = NULL;

	if (!line_get(r, &line, err))
		return false;
	const char *text = json_get_text(line, "bytes");
	if (!text ||
		sodium_base642bin(to, most, text, strlen(text), NULL, n, NULL,
			sodium_base64_VARIANT_ORIGINAL) != 0 ||
		*n == 0)
		return err_set(err, ERR_SYNTAX,
			"line %lld of the backup should hold bytes",
			(long long)r->lines);
	return true;
}

bool
line_get_bytes(struct line_reader *r, struct arena *a, uint64_t n,
	struct span *out, struct err *err)
{
	size_t have = 0, part;

	if (n > bytes_most)
		return err_set(err, ERR_LIMIT,
			"line %lld of the backup is followed by %llu bytes",
			(long long)r->lines, (unsigned long long)n);
	/* memory only as it comes: the number is not to be believed */
	AUTO(str_fini) struct str bytes;
	unsigned char *buf = mem_new(BYTES_A_LINE);
	bool ok = true;
	str_init(&bytes, (size_t)n);
	while (ok && have < n) {
		ok = get_part(r, buf,
			n - have < BYTES_A_LINE ? (size_t)n - have :
						  BYTES_A_LINE,
			&part, err);
		if (ok) {
			str_put(&bytes, span_make(buf, part));
			have += part;
		}
	}
	free(buf);
	if (!ok)
		return false;
	*out = arena_dup(a, str_span(&bytes));
	if (!out->p)
		out->p = (const unsigned char *)"";
	return true;
}
