/*
 * fetch_bundle.c - a bundle file, of which libgit2 knows nothing.
 *
 *	# v2 git bundle  (or v3, and then lines "@capability")
 *	-<id> <comment>  prerequisites: what the reader must have
 *	<id> <ref>
 *	(an empty line)
 *	PACK...
 *
 * One with prerequisites is a part of a repository, and a mirror made from
 * it would have holes.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "mirror/fetch.h"

enum { HEADER_MAX = 8 * 1024 * 1024, CHUNK = 64 * 1024 };

static bool
wrong(struct err *err, unsigned line, const char *why)
{
	return err_set(err, ERR_SYNTAX, "the bundle's line %u %s", line, why);
}

static bool
read_capability(struct span line, unsigned at, struct err *err)
{
	if (span_is(line, "@object-format=sha1"))
		return true;
	if (span_starts(line, "@object-format="))
		return wrong(err, at,
			"asks for another hash than SHA-1, which is not supported");
	return wrong(err, at,
		"asks for a capability that is not supported (a whole bundle is made by 'git bundle create FILE --branches --tags')");
}

static bool
read_ref(struct fetch *f, struct span line, unsigned at, git_oid *head,
	struct err *err)
{
	struct span name = line, hex;
	git_oid id;

	if (!span_split(&name, ' ', &hex) || hex.n != GIT_OID_HEXSZ ||
		git_oid_fromstrn(&id, (const char *)hex.p, hex.n) != 0)
		return wrong(err, at, "is no 'ID REF'");
	if (span_is(name, "HEAD"))
		*head = id;
	return fetch_ref(f, arena_text(f->a, name), &id, err);
}

static bool
read_line(struct fetch *f, struct span line, unsigned at, unsigned *version,
	git_oid *head, struct err *err)
{
	if (at == 1) {
		*version = span_is(line, "# v2 git bundle") ? 2 :
			span_is(line, "# v3 git bundle")    ? 3 :
							      0;
		return *version != 0 ||
			wrong(err, at,
				"is not that of a bundle of version 2 or 3");
	}
	if (line.n > 0 && line.p[0] == '@' && *version == 3)
		return read_capability(line, at, err);
	if (line.n > 0 && line.p[0] == '-')
		return wrong(err, at,
			"names a prerequisite, so it is only a part of a repository; a whole one is made by 'git bundle create FILE --branches --tags'");
	return read_ref(f, line, at, head, err);
}

/* The header ends with an empty line; true once that was seen. */
static bool
find_end(const struct str *s, size_t *scanned, size_t *end)
{
	for (; *scanned + 1 < s->n; ++*scanned)
		if (s->text[*scanned] == '\n' &&
			s->text[*scanned + 1] == '\n') {
			*end = *scanned + 1;
			return true;
		}
	return false;
}

static bool
read_header(struct fetch *f, struct str *s, size_t *end, struct err *err)
{
	char chunk[CHUNK];
	size_t scanned = 0;

	while (!find_end(s, &scanned, end)) {
		ssize_t n = read(f->fd, chunk, sizeof chunk);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, ERR_BUSY,
				"cannot read the bundle: %s", strerror(errno));
		if (n == 0)
			return err_set(err, ERR_SYNTAX,
				"the file is no bundle, or ends in its header");
		str_put(s, span_make(chunk, (size_t)n));
		if (s->cut)
			return err_set(err, ERR_LIMIT,
				"the bundle's header has more than %d bytes",
				HEADER_MAX);
		if (s->text[0] != '#')
			return wrong(err, 1,
				"is not that of a bundle of version 2 or 3");
	}
	return true;
}

bool
fetch_bundle(struct fetch *f, struct err *err)
{
	AUTO(str_fini) struct str s;
	size_t end;
	unsigned at = 0, version = 0;
	git_oid head = {{0}};

	str_init(&s, HEADER_MAX);
	if (!read_header(f, &s, &end, err))
		return false;
	struct span rest = span_cut(str_span(&s), 0, end), line;
	while (span_line(&rest, &line))
		if (!read_line(f, line, ++at, &version, &head, err))
			return false;
	/* It says at which commit HEAD stands, not on which branch. */
	for (size_t i = 0; i < f->n_refs && f->head == NULL; i++)
		if (!git_oid_is_zero(&head) &&
			strncmp(f->refs[i].name, "refs/heads/", 11) == 0 &&
			git_oid_equal(&f->refs[i].target, &head))
			f->head = f->refs[i].name;
	return fetch_pack(
		f, f->fd, span_from(str_span(&s), end + 1), "the bundle", err);
}
