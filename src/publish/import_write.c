/*
 * import_write.c - what was found, as a policy file with comments.
 *
 * A sentence names the values that it uses, {contact}, {business-days}, so
 * that they can be changed in one place; filled in, it is what the document
 * says, letter for letter.
 */
#include "publish/import_impl.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/utf8.h"

enum { COLUMNS = 76 };

static void
put_quoted(struct str *out, const char *text)
{
	json_t *v = json_string(text);
	char *s = v ? json_dumps(v, JSON_ENCODE_ANY) : NULL;

	str_puts(out, s ? s : "\"\"");
	free(s);
	json_decref(v);
}

static void
put_line(struct str *out, const char *key, const char *value, const char *why)
{
	str_printf(out, "%s: ", key);
	put_quoted(out, value);
	if (why)
		str_printf(out, " # a guess: %s", why);
	str_putc(out, '\n');
}

static void
put_comment(struct str *out, const char *indent, const char *text)
{
	struct span s = utf8_clip(span_of(text), 300);

	str_printf(out, "%s# %.*s%s\n", indent, SPAN_FMT(s),
		s.n < strlen(text) ? "..." : "");
}

/* --- texts ---------------------------------------------------------------------- */

struct word_value {
	const char *text, *name;
};

static bool
is_word_byte(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* Whether `value` stands at s[i] as a word of its own, not in a link. */
static bool
stands_at(struct span s, size_t i, const char *value)
{
	size_t n = strlen(value);
	unsigned char before = i > 0 ? s.p[i - 1] : ' ';
	unsigned char after = i + n < s.n ? s.p[i + n] : ' ';
	unsigned char then = i + n + 1 < s.n ? s.p[i + n + 1] : ' ';
	unsigned char quote[3] = {0}; /* "Example’s" */

	if (i + n + 3 <= s.n)
		memcpy(quote, s.p + i + n, 3);

	return n > 0 && i + n <= s.n && memcmp(s.p + i, value, n) == 0 &&
		!is_word_byte(before) && !strchr("/@._", before) &&
		(!is_word_byte(after) ||
			memcmp(quote, "\xe2\x80\x99", 3) == 0) &&
		!strchr("/@_", after) &&
		!(strchr(".,", after) && is_word_byte(then));
}

/* The text with its values named. */
static const char *
with_values(struct import *m, const struct import_clause *c, const char *text)
{
	AUTO(str_fini) struct str out;
	struct span s = span_of(text);
	struct word_value v[5];
	char low[16] = "", high[16] = "";
	size_t n = 0;
	bool exact = c && c->figure.any &&
		(c->figure.unit == BY_BUSINESS_DAY ||
			(c->figure.unit == BY_DAY &&
				(strcmp(c->kind, "embargo") == 0 ||
					!m->any_business)));

	if (exact) {
		bool embargo = strcmp(c->kind, "embargo") == 0;

		(void)snprintf(high, sizeof high, "%u", c->figure.high);
		v[n++] = (struct word_value){
			high, embargo ? "{days}" : "{business-days}"};
		if (c->figure.low && !embargo) {
			(void)snprintf(low, sizeof low, "%u", c->figure.low);
			v[n++] = (struct word_value){low, "{remind-days}"};
		}
	}
	v[n++] = (struct word_value){m->contact, "{contact}"};
	v[n++] = (struct word_value){m->product, "{product}"};
	if (strcmp(m->organisation, m->product) != 0)
		v[n++] = (struct word_value){m->organisation, "{organisation}"};
	str_init(&out, 128 * 1024);
	for (size_t i = 0; i < s.n;) {
		size_t k = 0;

		while (k < n && !stands_at(s, i, v[k].text))
			k++;
		if (k < n) {
			str_puts(&out, v[k].name);
			i += strlen(v[k].text);
			continue;
		}
		if (s.p[i] == '{' || s.p[i] == '}')
			str_putc(&out, (char)s.p[i]);
		str_putc(&out, (char)s.p[i++]);
	}
	return arena_text(m->a, str_span(&out));
}

/* A block of YAML that folds: a line's end is a blank, an empty one an end. */
static void
put_folded(struct str *out, const char *key, const char *text, unsigned indent)
{
	struct span rest = span_of(text), line, word;
	bool first = true;

	str_printf(out, "%s >\n", key);
	while (span_line(&rest, &line)) {
		size_t used = 0;

		if (!first)
			str_putc(out, '\n');
		while (span_split(&line, ' ', &word)) {
			size_t width = utf8_width(word);

			if (word.n == 0)
				continue;
			if (used == 0 || used + 1 + width > COLUMNS) {
				if (used > 0)
					str_putc(out, '\n');
				str_printf(out, "%*s", (int)indent, "");
				used = indent;
			} else {
				str_putc(out, ' ');
				used++;
			}
			str_put(out, word);
			used += width;
		}
		if (used > 0)
			str_putc(out, '\n');
		first = false;
	}
}

/* A block of YAML that keeps its lines. */
static void
put_literal(struct str *out, const char *text)
{
	struct span rest = span_of(text), line;

	str_puts(out, "    text: |2\n");
	while (span_line(&rest, &line))
		str_printf(out, "%s%.*s\n", line.n > 0 ? "      " : "",
			SPAN_FMT(line));
}

/* --- clauses ----------------------------------------------------------------------- */

/* Days as the desk counts them; *note says where that is not the same. */
static unsigned
in_days(const struct import *m, unsigned n, enum figure_unit unit,
	const char **note)
{
	switch (unit) {
	case BY_BUSINESS_DAY:
		return n;
	case BY_DAY:
		if (m->any_business)
			*note = "the document counts every day here; the desk "
				"counts business days";
		return n;
	case BY_HOUR:
		*note = "the document counts hours; the desk counts days, to "
			"their end";
		return (n + 23) / 24;
	case BY_WEEK:
		return m->any_business ? 5 * n : 7 * n;
	case BY_MONTH:
		*note = "the document counts months";
		return m->any_business ? 21 * n : 30 * n;
	}
	return n;
}

static void
put_duty(struct import *m, const struct import_clause *c, struct str *out)
{
	const char *note = NULL;
	unsigned days = 0, remind = 0;

	str_printf(out, "    strength: %s\n", c->strength);
	if (!c->figure.any)
		return;
	days = in_days(m, c->figure.high, c->figure.unit, &note);
	if (c->figure.low)
		remind = in_days(m, c->figure.low, c->figure.unit, &note);
	if (days > 365)
		return;
	if (note)
		put_comment(out, "    ", note);
	str_printf(out, "    business-days: %u\n", days);
	if (remind > 0 && remind < days)
		str_printf(out, "    remind-days: %u\n", remind);
}

static void
put_hosts(const struct import_clause *c, struct str *out)
{
	struct span s = str_span(&c->text);
	bool any = false;

	for (size_t i = 0; i < s.n; i++) {
		size_t from = i, dots = 0, letters = 0;

		if (!is_word_byte(s.p[i]) || s.p[i] >= 0x80)
			continue;
		for (; i < s.n && s.p[i] < 0x80 &&
			(is_word_byte(s.p[i]) || s.p[i] == '-' ||
				(s.p[i] == '.' && i + 1 < s.n &&
					is_word_byte(s.p[i + 1])));
			i++) {
			letters = s.p[i] == '.' ? 0 : letters + 1;
			dots += s.p[i] == '.';
		}
		if (dots == 0 || letters < 2 || letters > 12 ||
			(s.p[i - 1] >= '0' && s.p[i - 1] <= '9') ||
			(i < s.n && s.p[i] == '@'))
			continue;
		str_puts(out, any ? ", " : "    hosts: [");
		for (size_t k = from; k < i; k++)
			str_putc(out,
				(char)(s.p[k] >= 'A' && s.p[k] <= 'Z' ?
						s.p[k] + 32 :
						s.p[k]));
		any = true;
	}
	if (any)
		str_puts(out, "]\n");
}

static void
put_refuses(const struct import_clause *c, struct str *out)
{
	static const struct {
		const char *word, *matter;
	} rows[] = {{"bug", "bug"}, {"question", "question"},
		{"support", "support"}, {"customer", "support"},
		{"other", "other"}};
	const char *said = "";
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span s = str_span(&c->text);

		if (span_find_nocase(s, rows[i].word) == s.n ||
			strcmp(said, rows[i].matter) == 0)
			continue;
		said = rows[i].matter;
		str_printf(out, "%s%s", any ? ", " : "    refuses: [", said);
		any = true;
	}
	if (any)
		str_puts(out, "]\n");
}

static void
put_platform(const struct import_clause *c, struct str *out)
{
	static const char *const names[] = {"Bugcrowd", "HackerOne",
		"Intigriti", "YesWeHack", "huntr", "Immunefi", "Synack",
		"OpenBugBounty"};
	struct span s = str_span(&c->text);

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (span_find_nocase(s, names[i]) < s.n) {
			str_printf(out, "    platform: %s\n", names[i]);
			return;
		}
}

static void
put_parameters(struct import *m, const struct import_clause *c, struct str *out)
{
	const char *note = NULL;

	if (c->rule && c->rule->more)
		str_printf(out, "    %s\n", c->rule->more);
	if (strcmp(c->kind, "duty") == 0)
		put_duty(m, c, out);
	else if (strcmp(c->kind, "scope") == 0) {
		str_printf(out, "    scope: %s\n    about: %s\n",
			c->in ? "in" : "out", c->about);
		if (strcmp(c->about, "website") == 0)
			put_hosts(c, out);
	} else if (strcmp(c->kind, "vulnerabilities-only") == 0)
		put_refuses(c, out);
	else if (strcmp(c->kind, "platform") == 0)
		put_platform(c, out);
	else if (strcmp(c->kind, "embargo") == 0) {
		unsigned n = c->figure.high;

		if (c->figure.unit == BY_HOUR)
			n = (n + 23) / 24;
		else if (c->figure.unit == BY_WEEK)
			n *= 7;
		else if (c->figure.unit == BY_MONTH) {
			n *= 30;
			note = "the document counts months";
		} else if (c->figure.unit == BY_BUSINESS_DAY) {
			n = n * 7 / 5;
			note = "the document counts business days";
		}
		if (note)
			put_comment(out, "    ", note);
		str_printf(out, "    days: %u\n", n);
	}
}

static void
put_clause(struct import *m, const struct import_clause *c, struct str *out)
{
	static const char *const forms[CLAUSE_FORM_COUNT] = {
		[AS_PARAGRAPH] = NULL,
		[AS_SENTENCE] = "sentence",
		[AS_ITEM] = "item",
		[AS_NOTE] = "note",
		[AS_COMMENT] = "comment",
	};

	str_printf(out, "\n  # line %u", c->line);
	if (c->to > c->line)
		str_printf(out, "-%u", c->to);
	str_printf(out, "\n  - id: %s\n    kind: %s\n", c->id, c->kind);
	if (c->heading)
		put_line(out, "    heading", with_values(m, NULL, c->heading),
			NULL);
	if (c->subheading)
		put_line(out, "    subheading",
			with_values(m, NULL, c->subheading), NULL);
	if (forms[c->as])
		str_printf(out, "    as: %s\n", forms[c->as]);
	put_parameters(m, c, out);
	if (c->code)
		put_literal(out, with_values(m, c, c->text.text));
	else
		put_folded(
			out, "    text:", with_values(m, c, c->text.text), 6);
	if (c->n_list > 0)
		str_printf(out, "    %s:\n",
			strcmp(c->kind, "rescind") == 0 ? "grounds" :
							  "promises");
	for (size_t i = 0; i < c->n_list; i++)
		put_folded(out, "      -", with_values(m, c, c->list[i]), 8);
}

/* --- the file ------------------------------------------------------------------------ */

static void
put_head(struct import *m, struct str *out)
{
	size_t texts = 0;

	str_printf(out,
		"# A draft, made from %s by `pratique policy import`.\n#\n"
		"# The texts are the document's own sentences. Read every "
		"clause: the sentence\n# says what people are promised, its "
		"kind and figures what the desk does.\n"
		"# Lines are those of the document; 'a guess' marks what it "
		"does not say.\n",
		m->given->file ? m->given->file : "a document");
	for (size_t i = 0; i < m->n; i++)
		texts += m->v[i].rule == NULL &&
			strcmp(m->v[i].kind, "text") == 0;
	if (texts > 0)
		str_puts(out,
			"#\n# Not understood, and published as text "
			"that nothing is judged by:\n");
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].rule == NULL && strcmp(m->v[i].kind, "text") == 0)
			put_comment(out, "",
				arena_printf(m->a, "  line %u: %.*s",
					m->v[i].line,
					SPAN_FMT(utf8_clip(
						span_cut(
							str_span(&m->v[i].text),
							0,
							span_find_byte(
								str_span(
									&m->v[i].text),
								'\n')),
						58))));
	if (m->n_comments > 0)
		str_puts(out,
			"#\n# The document's own comments, not taken "
			"over:\n");
	for (size_t i = 0; i < m->n_comments; i++) {
		AUTO(str_fini) struct str s;

		str_init(&s, 400);
		utf8_put_visible(&s, span_of(m->comments[i]), 200);
		put_comment(out, "  ", s.text);
	}
}

void
import_write(struct import *m, struct str *out)
{
	put_head(m, out);
	str_puts(out, "policy: 1\n");
	put_line(out, "name",
		arena_printf(m->a, "%s security policy", m->product), NULL);
	if (m->title)
		put_line(out, "title", with_values(m, NULL, m->title), NULL);
	if (m->introduction)
		put_folded(out,
			"introduction:", with_values(m, NULL, m->introduction),
			2);
	put_line(out, "zone", m->zone, m->why_zone);
	if (m->any_other && !m->any_business)
		str_puts(out, "weekend: [] # the document counts every day\n");
	str_puts(out, "\nvalues:\n");
	put_line(out, "  organisation", m->organisation, m->why_organisation);
	put_line(out, "  contact", m->contact, m->why_contact);
	str_puts(out, "\nproduct:\n");
	put_line(out, "  name", m->product, m->why_product);
	put_line(out, "  prefix", m->prefix, m->why_prefix);
	if (m->n_repositories > 0) {
		str_puts(out, "  repositories: [");
		put_quoted(out, m->repositories[0]);
		str_puts(out, "] # a guess: the first that is linked\n");
	}
	str_puts(out, "\nclauses:");
	for (size_t i = 0; i < m->n; i++)
		put_clause(m, &m->v[i], out);
}
