/* doc.c - blocks and runs put together, and links found in plain words. */
#include "publish/doc.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

void
doc_begin(struct doc_builder *b, struct arena *a)
{
	*b = (struct doc_builder){.a = a};
	str_init(&b->text, 2 * DOC_MAX);
}

/* Grows an array in the arena; the old one is left to it. */
static void *
grown(struct arena *a, void *v, size_t n, size_t *cap, size_t size)
{
	void *more;

	if (n < *cap)
		return v;
	*cap = *cap ? 2 * *cap : 8;
	more = arena_array(a, *cap, size);
	if (n > 0)
		memcpy(more, v, n * size);
	return more;
}

static void
end_run(struct doc_builder *b, bool even_empty)
{
	struct run *last = b->n_runs > 0 ? &b->runs[b->n_runs - 1] : NULL;

	if (last == NULL || (b->text.n == 0 && !even_empty))
		return;
	last->text = arena_text(b->a, str_span(&b->text));
	str_clear(&b->text);
}

static struct run *
new_run(struct doc_builder *b)
{
	b->runs =
		grown(b->a, b->runs, b->n_runs, &b->cap_runs, sizeof *b->runs);
	b->runs[b->n_runs] = (struct run){.text = ""};
	return &b->runs[b->n_runs++];
}

static bool
has_words(const struct doc_builder *b)
{
	for (size_t i = 0; i < b->n_runs; i++)
		if (b->runs[i].text[strspn(b->runs[i].text, " \t\n\r")])
			return true;
	return false;
}

bool
doc_is_open(const struct doc_builder *b)
{
	return b->open.line != 0 || b->n_runs > 0;
}

bool
doc_is_lead(struct span word)
{
	static const char *const leads[] = {"note", "warning", "important",
		"caution", "tip", "attention", "danger", "hinweis", "achtung",
		"warnung", "wichtig"};

	for (size_t i = 0; i < ARRAY_LEN(leads); i++)
		if (span_is_nocase(word, leads[i]))
			return true;
	return false;
}

/* "Note: ..." in a warning: its writer puts a word of its own there. */
static const char *
without_lead(const char *text)
{
	size_t n = strcspn(text, ": \n");

	if (text[n] != ':' || !doc_is_lead(span_make(text, n)))
		return text;
	n++;
	return text + n + strspn(text + n, " ");
}

static void
end_block(struct doc_builder *b)
{
	end_run(b, false);
	if (b->open.kind == BLOCK_NOTE && b->n_runs > 0)
		b->runs[0].text = without_lead(b->runs[0].text);
	if (has_words(b)) {
		b->blocks = grown(
			b->a, b->blocks, b->n, &b->cap, sizeof *b->blocks);
		b->open.runs = b->runs;
		b->open.n = b->n_runs;
		b->blocks[b->n++] = b->open;
		b->runs = NULL;
		b->cap_runs = 0;
	}
	b->n_runs = 0;
	b->open = (struct block){.kind = BLOCK_PARAGRAPH};
}

void
doc_block(struct doc_builder *b, enum block_kind kind, unsigned level,
	unsigned line)
{
	end_block(b);
	b->open.kind = kind;
	b->open.level = level;
	b->open.line = line;
}

void
doc_number(struct doc_builder *b, unsigned number)
{
	b->open.number = number;
}

void
doc_words(struct doc_builder *b, struct span text)
{
	size_t at = 0;

	if (text.n == 0)
		return;
	if (b->n_runs == 0)
		(void)new_run(b);
	while (at < text.n) { /* what is no text for people is no text */
		uint32_t c = utf8_next(text, &at);

		if (c == '\n' || c == '\t' ||
			(!utf8_is_control(c) && !utf8_is_bidi(c) &&
				c != 0xfeff && c != 0xad))
			utf8_put(&b->text, c == '\t' ? ' ' : c);
	}
}

void
doc_anchor(struct doc_builder *b, const char *id)
{
	end_run(b, false);
	new_run(b)->anchor = id;
}

void
doc_link(struct doc_builder *b, const char *url)
{
	end_run(b, false);
	struct run *r = new_run(b);

	r->url = url;
}

const struct doc *
doc_end(struct doc_builder *b)
{
	struct doc *d = ARENA_NEW(b->a, struct doc);

	end_block(b);
	str_fini(&b->text);
	d->language = "en";
	d->blocks = b->blocks;
	d->n = b->n;
	return d;
}

static bool
is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z');
}

/* What ends a sentence or a parenthesis around the link is not its own. */
static size_t
without_end(struct span s, size_t n)
{
	for (; n > 0; n--) {
		unsigned char c = s.p[n - 1];
		size_t open = 0, close = 0;

		if (c == ')') {
			for (size_t i = 0; i < n; i++) {
				open += s.p[i] == '(';
				close += s.p[i] == ')';
			}
			if (close <= open)
				return n;
		} else if (!strchr(".,;:!?'\"*", c))
			return n;
	}
	return n;
}

static size_t
web_length(struct span s)
{
	size_t scheme = span_starts_nocase(s, "https://") ? 8 :
		span_starts_nocase(s, "http://")          ? 7 :
							    0;
	size_t n = scheme, end;

	if (scheme == 0)
		return 0;
	while (n < s.n && n < 2000 && s.p[n] > ' ' && s.p[n] < 0x7f &&
		!strchr("<>\"`{}|\\^[]", s.p[n]))
		n++;
	end = without_end(span_cut(s, 0, n), n);
	return end > scheme ? end : 0;
}

static size_t
mail_length(struct span s)
{
	size_t n = 0, at, dots = 0;

	while (n < s.n && n < 64 &&
		(is_alnum(s.p[n]) || (s.p[n] && strchr("._%+-", s.p[n]))))
		n++;
	if (n == 0 || n >= s.n || s.p[n] != '@' || s.p[0] == '.')
		return 0;
	for (at = ++n; n < s.n && n < 300 &&
		(is_alnum(s.p[n]) || s.p[n] == '-' || s.p[n] == '.');
		n++)
		;
	while (n > at && !is_alnum(s.p[n - 1]))
		n--;
	for (size_t i = at; i < n; i++)
		dots += s.p[i] == '.';
	return n > at && dots > 0 ? n : 0;
}

size_t
doc_link_length(struct span s, unsigned char before, bool *mail)
{
	size_t n;

	if (s.n < 5 || is_alnum(before) || before >= 0x80 || !is_alnum(s.p[0]))
		return 0;
	*mail = false;
	n = web_length(s);
	if (n == 0 && !strchr("._%+-@/", before ? before : ' ')) {
		n = mail_length(s);
		*mail = n > 0;
	}
	return n;
}

void
doc_linked(struct doc_builder *b, struct span text)
{
	size_t from = 0;

	for (size_t i = 0; i < text.n;) {
		bool mail;
		size_t n = doc_link_length(
			span_from(text, i), i ? text.p[i - 1] : 0, &mail);

		if (n == 0) {
			i++;
			continue;
		}
		struct span link = span_cut(text, i, i + n);
		doc_words(b, span_cut(text, from, i));
		doc_link(b,
			arena_printf(b->a, "%s%.*s", mail ? "mailto:" : "",
				SPAN_FMT(link)));
		doc_words(b, link);
		doc_link(b, NULL);
		from = i += n;
	}
	doc_words(b, span_from(text, from));
}

const char *
doc_block_text(struct arena *a, const struct block *b)
{
	struct str s;
	const char *text;

	str_init(&s, 2 * DOC_MAX);
	for (size_t i = 0; i < b->n; i++)
		str_puts(&s, b->runs[i].text);
	text = arena_text(a, str_span(&s));
	str_fini(&s);
	return text;
}

/* reStructuredText underlines its headings and writes directives. */
static bool
looks_rst(struct span text)
{
	struct span rest = text, line, last = SPAN_NONE;
	int score = 0;

	while (span_line(&rest, &line)) {
		struct span s = span_trim(line);
		bool same = s.n >= 3;

		for (size_t i = 1; i < s.n; i++)
			same = same && s.p[i] == s.p[0];
		if (same && last.n > 0 && strchr("=-~^\"'", s.p[0]))
			score++;
		if (span_starts(line, ".. ") || span_find(line, ">`_") < line.n)
			score += 2;
		if (span_starts(line, "#") || span_starts(line, "```") ||
			span_find(line, "](") < line.n)
			score -= 2;
		last = s;
	}
	return score > 0;
}

/* A picture or an archive is told before its bytes are taken for words. */
static bool
is_text(const char *name, struct span text, struct err *err)
{
	unsigned line = 1;

	if (utf8_valid(text))
		return true;
	for (size_t i = 0; i < text.n;) {
		size_t at = i;
		uint32_t c = utf8_next(text, &i);

		line += c == '\n';
		if (c == 0 || (c == 0xfffd && i - at == 1))
			return err_set(err, ERR_SYNTAX,
				"'%s' is no text in UTF-8: line %u has the "
				"byte 0x%02x; save the file as UTF-8",
				name, line, (unsigned char)text.p[at]);
	}
	return true;
}

bool
doc_read(struct arena *a, const char *name, struct span text,
	const struct doc **out, struct err *err)
{
	struct span n = span_of(name);

	if (span_ends_nocase(n, ".html") || span_ends_nocase(n, ".htm") ||
		span_starts_nocase(span_trim(text), "<!doctype html"))
		return err_set(err, ERR_SYNTAX,
			"'%s' is a page of HTML; only Markdown and "
			"reStructuredText are read: name the file that it was "
			"made from",
			name);
	if (!is_text(name, text, err))
		return false;
	if (span_ends_nocase(n, ".md") || span_ends_nocase(n, ".markdown") ||
		span_ends_nocase(n, ".mkd"))
		return doc_read_md(a, text, out, err);
	if (span_ends_nocase(n, ".rst") || span_ends_nocase(n, ".rest") ||
		looks_rst(text))
		return doc_read_rst(a, text, out, err);
	return doc_read_md(a, text, out, err);
}
