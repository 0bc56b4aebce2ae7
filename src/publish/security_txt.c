/* security_txt.c - the fields in the order in which people read them. */
#include "publish/security_txt.h"

#include <string.h>

#include "base/mem.h"

enum { FIELDS = 9, LINES_MAX = 200 };

static const char *const names[FIELDS] = {"Contact", "Expires", "Encryption",
	"Acknowledgments", "Preferred-Languages", "Canonical", "Policy",
	"Hiring", "CSAF"};

struct line {
	unsigned field;
	const char *value;
	unsigned at;
	bool used;
};

struct lines {
	struct line v[LINES_MAX];
	size_t n;
};

bool
security_txt_ends(const struct policy *p, instant *end)
{
	if (p->security_txt.expires == NULL)
		return false;
	end->ms = (p->security_txt.expires->n + INT64_C(1)) * INSTANT_DAY -
		INSTANT_SECOND;
	return true;
}

enum freshness
security_txt_freshness(instant end, instant now)
{
	if (end.ms <= now.ms)
		return EXPIRED;
	return end.ms - now.ms <= SECURITY_TXT_WARN_DAYS * INSTANT_DAY ?
		EXPIRING :
		FRESH;
}

static void
add(struct lines *l, unsigned field, const char *value)
{
	if (value && l->n < LINES_MAX)
		l->v[l->n++] = (struct line){.field = field, .value = value};
}

static void
add_all(struct lines *l, unsigned field, struct texts t)
{
	for (size_t i = 0; i < t.n; i++)
		add(l, field, t.v[i]);
}

/* What is not safe in a URI's path is written as %XX. */
static const char *
mailto(struct arena *a, const char *address)
{
	AUTO(str_fini) struct str s;

	str_init(&s, 2000);
	str_puts(&s, "mailto:");
	for (const char *c = address; *c; c++)
		if (strchr("%?&#\"<>[]{}|\\^` ", *c))
			str_printf(&s, "%%%02X", (unsigned)(unsigned char)*c);
		else
			str_putc(&s, *c);
	return arena_text(a, str_span(&s));
}

static struct lines *
lines_of(struct arena *a, const struct policy *p)
{
	const struct security_txt *s = &p->security_txt;
	struct lines *l = ARENA_NEW(a, struct lines);
	char text[DAY_TEXT];
	const char *languages = NULL;

	add(l, 0, mailto(a, p->contact));
	if (s->expires)
		add(l, 1,
			arena_printf(a, "%sT23:59:59Z",
				day_format(*s->expires, text)));
	add_all(l, 2, s->encryption);
	add_all(l, 3, s->acknowledgments);
	for (size_t i = 0; i < s->languages.n; i++)
		languages = languages ? arena_printf(a, "%s, %s", languages,
						s->languages.v[i]) :
					s->languages.v[i];
	add(l, 4, languages);
	add_all(l, 5, s->canonical);
	add(l, 6, p->link);
	add_all(l, 7, s->hiring);
	add_all(l, 8, s->csaf);
	return l;
}

static bool
check(const struct policy *p, instant now, struct err *err)
{
	instant end;
	char day[DAY_TEXT];

	if (!security_txt_ends(p, &end))
		return err_set(err, ERR_SYNTAX,
			"security.txt must say until when it holds (RFC 9116, "
			"2.5.5): give the policy 'security-txt:' with "
			"'expires: YYYY-MM-DD'");
	(void)day_format(*p->security_txt.expires, day);
	if (security_txt_freshness(end, now) == EXPIRED)
		return err_set(err, ERR_SYNTAX,
			"security.txt would be stale: 'expires: %s' is past; "
			"check what the file says and set a later day",
			day);
	if (end.ms - now.ms > SECURITY_TXT_MOST_DAYS * INSTANT_DAY)
		return err_set(err, ERR_SYNTAX,
			"'expires: %s' is more than a year ahead, which RFC "
			"9116 (2.5.5) advises against: set an earlier day",
			day);
	if (p->link && !span_starts_nocase(span_of(p->link), "https://"))
		return err_set(err, ERR_SYNTAX,
			"the value 'link' is not https://, as security.txt "
			"needs it (RFC 9116, 2.5.7): %s",
			p->link);
	return true;
}

bool
security_txt_write(
	struct str *out, const struct policy *p, instant now, struct err *err)
{
	AUTO(arena_auto) struct arena *a = NULL;
	const struct lines *l;

	if (!check(p, now, err))
		return false;
	a = arena_new();
	l = lines_of(a, p);
	for (size_t i = 0; i < l->n; i++)
		str_printf(
			out, "%s: %s\n", names[l->v[i].field], l->v[i].value);
	return true;
}

static int
field_named(struct span name)
{
	for (int i = 0; i < FIELDS; i++)
		if (span_is_nocase(name, names[i]))
			return i;
	return -1;
}

bool
security_txt_is(const char *name, struct span text)
{
	struct span line;
	bool contact = false, expires = false;

	if (span_ends_nocase(span_of(name), "security.txt"))
		return true;
	for (unsigned n = 0; n < 200 && span_line(&text, &line); n++) {
		contact = contact || span_starts_nocase(line, "Contact: ");
		expires = expires || span_starts_nocase(line, "Expires: ");
	}
	return contact && expires;
}

struct compare {
	struct arena *a;
	struct security_txt_line *v;
	size_t n;
	bool same;
};

static void
say(struct compare *c, const char *field, const char *result,
	const char *source, const char *found, unsigned line)
{
	c->v[c->n++] =
		(struct security_txt_line){field, result, source, found, line};
	c->same = c->same && strcmp(result, "same") == 0;
}

/* The lines of the file; those that are no field are rows at once. */
static struct lines *
read_lines(struct compare *c, struct span file)
{
	struct lines *l = ARENA_NEW(c->a, struct lines);
	struct span line;
	bool seal = false;

	for (unsigned at = 1; span_line(&file, &line); at++) {
		size_t colon = span_find_byte(line, ':');
		int field = field_named(span_cut(line, 0, colon));

		/* A signed file's own lines (RFC 9580, 7). */
		if (span_starts(line, "-----BEGIN PGP SIGNATURE"))
			seal = true;
		if (seal || line.n == 0 || line.p[0] == '#' ||
			span_starts(line, "-----") ||
			span_starts(line, "Hash: "))
			continue;
		if (colon == line.n || colon + 2 >= line.n ||
			line.p[colon + 1] != ' ' || line.p[colon + 2] == ' ') {
			if (c->n < LINES_MAX)
				say(c, "(line)", "wrong",
					"name, colon, one blank, value",
					arena_text(c->a, line), at);
		} else if (field >= 0 && l->n < LINES_MAX)
			l->v[l->n++] = (struct line){(unsigned)field,
				arena_text(c->a, span_from(line, colon + 2)),
				at, false};
	}
	return l;
}

static struct line *
find(struct lines *in, unsigned field, const char *value)
{
	for (size_t i = 0; i < in->n; i++)
		if (in->v[i].field == field && !in->v[i].used &&
			(value == NULL || strcmp(in->v[i].value, value) == 0))
			return &in->v[i];
	return NULL;
}

static void
compare_end(struct compare *c, const struct line *l, instant now)
{
	instant end;

	if (!instant_parse(span_of(l->value), &end))
		say(c, "Expires", "wrong",
			"a time such as "
			"2027-06-30T23:59:59Z",
			l->value, l->at);
	else if (security_txt_freshness(end, now) == EXPIRED)
		say(c, "Expires", "expired", NULL, l->value, l->at);
	else if (security_txt_freshness(end, now) == EXPIRING)
		say(c, "Expires", "expiring", NULL, l->value, l->at);
}

bool
security_txt_compare(struct arena *a, const struct policy *p, struct span file,
	instant now, const struct security_txt_line **rows, size_t *n)
{
	struct compare c = {.a = a, .same = true};
	struct lines *want = lines_of(a, p), *have;

	c.v = ARENA_ARRAY(a, 4 * LINES_MAX + 8, struct security_txt_line);
	have = read_lines(&c, file);
	for (size_t i = 0; i < want->n; i++) { /* equal ones first */
		struct line *w = &want->v[i], *h;

		h = find(have, w->field, w->value);
		if (h) {
			h->used = w->used = true;
			say(&c, names[w->field], "same", w->value, h->value,
				h->at);
		}
	}
	for (size_t i = 0; i < want->n; i++) {
		struct line *w = &want->v[i], *h;

		if (w->used)
			continue;
		h = find(have, w->field, NULL);
		if (h)
			h->used = true;
		say(&c, names[w->field], h ? "changed" : "missing", w->value,
			h ? h->value : NULL, h ? h->at : 0);
	}
	if (p->security_txt.expires == NULL && find(have, 1, NULL) == NULL)
		say(&c, "Expires", "missing", NULL, NULL, 0);
	for (size_t i = 0; i < have->n; i++) {
		if (have->v[i].field == 1)
			compare_end(&c, &have->v[i], now);
		if (!have->v[i].used)
			say(&c, names[have->v[i].field], "extra", NULL,
				have->v[i].value, have->v[i].at);
	}
	*rows = c.v;
	*n = c.n;
	return c.same;
}
