/*
 * show.c - results laid out for a terminal.
 *
 * A policy has some forty clauses and a report decides a dozen of them. What
 * a reader looks for comes first and with its lines; what says the same for
 * many clauses is said once.
 */
#include "cli/show.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

void
show_words(size_t at, size_t indent, const char *text)
{
	struct span rest = span_of(text);
	bool first = true; /* on its line: no blank before, never wrapped */

	while ((rest = span_trim(rest)).n > 0) {
		size_t blank = span_find_byte(rest, ' ');
		size_t end = span_find_byte(rest, '\n');
		size_t n = blank < end ? blank : end;
		struct span word = span_cut(rest, 0, n);
		size_t width = utf8_width(word);

		if (!first && at + 1 + width > SHOW_COLUMNS) {
			(void)printf("\n%*s", (int)indent, "");
			at = indent;
			first = true;
		}
		(void)printf("%s%.*s", first ? "" : " ", (int)word.n,
			(const char *)word.p);
		at += width + (first ? 0 : 1);
		first = false;
		rest = span_from(rest, n);
	}
	(void)putchar('\n');
}

void
show_verbatim(size_t at, const char *text)
{
	struct span rest = span_of(text);
	bool first = true;

	do {
		struct span part = utf8_clip(rest, rest.n);
		size_t room = SHOW_COLUMNS - at, blank;

		while (utf8_width(part) > room)
			part = utf8_clip(part,
				part.n - 1 < 4 * room ? part.n - 1 : 4 * room);
		for (blank = part.n; part.n < rest.n && blank > 0 &&
			part.p[blank - 1] != ' ';)
			blank--;
		if (part.n < rest.n && blank > part.n / 2)
			part.n = blank;
		(void)printf(
			"%*s%.*s\n", first ? 0 : (int)at, "", SPAN_FMT(part));
		first = false;
		rest = span_from(rest, part.n);
		if (part.n == 0)
			break;
	} while (rest.n > 0);
}

const char *
show_when(struct arena *a, instant t)
{
	char text[INSTANT_TEXT];

	if (t.ms == 0)
		return "-";
	(void)instant_format(t, text);
	return arena_printf(a, "%.10s %.5s UTC", text, text + 11);
}

const char *
show_away(struct arena *a, int64_t ms)
{
	int64_t minutes = (ms < 0 ? -ms : ms) / 60000;
	bool hours = minutes >= 120, days = minutes >= 48 * 60;

	if (minutes == 0 && ms < 0)
		return "just now";
	return arena_printf(a, "%s%lld %s%s", ms < 0 ? "" : "in ",
		(long long)(days      ? minutes / 1440 :
				hours ? minutes / 60 :
					minutes),
		days          ? "days" :
			hours ? "h" :
				"min",
		ms < 0 ? " ago" : "");
}

/* --- clauses ------------------------------------------------------------------- */

static bool
is_result(const json_t *r, const char *result)
{
	const char *its = json_get_text(r, "result");

	return its != NULL && strcmp(its, result) == 0;
}

static void
put_lines(struct str *out, const json_t *r)
{
	const json_t *lines = json_object_get(r, "lines"), *range;
	json_int_t mail = json_get_int(r, "mail", 0);
	size_t i;

	if (mail > 0)
		str_printf(out, "mail-%lld%s", (long long)mail,
			json_array_size(lines) ? ", " : ": ");
	json_array_foreach(lines, i, range)
	{
		json_int_t from = json_get_int(range, "line", 0);
		json_int_t to = json_get_int(range, "end", from);

		if (i == 0)
			str_puts(out,
				json_array_size(lines) > 1 || to > from ?
					"lines " :
					"line ");
		str_printf(out, "%s%lld", i ? ", " : "", (long long)from);
		if (to > from)
			str_printf(out, "-%lld", (long long)to);
	}
	if (json_array_size(lines) > 0)
		str_puts(out, ": ");
}

static void
print_clause(struct cli *c, const json_t *r, size_t widest)
{
	const char *because = json_get_text(r, "because");
	struct str text;

	str_init(&text, 4096);
	put_lines(&text, r);
	str_puts(&text, because ? cli_text(c->arena, because, 300) : "");
	(void)printf("  %-14s  %-*s  ", json_get_text(r, "result"), (int)widest,
		json_get_text(r, "id"));
	show_words(20 + widest, 20 + widest, text.text);
	str_fini(&text);
}

/* Unknown, and nothing of the mail shows anything about it. */
static bool
is_bare(const json_t *r)
{
	return is_result(r, "unknown") &&
		json_array_size(json_object_get(r, "lines")) == 0 &&
		json_get_text(r, "shown") == NULL;
}

static bool
is_like(const json_t *r, const json_t *x)
{
	const char *because = json_get_text(r, "because");
	const char *other = json_get_text(x, "because");

	return is_bare(r) && is_bare(x) && because != NULL && other != NULL &&
		strcmp(because, other) == 0;
}

/* Bare ones with the reason of r; or, of those that share theirs with none,
 * all. */
static bool
is_beside(const json_t *clauses, const json_t *r, const json_t *x)
{
	const json_t *y;
	size_t i, like_r = 0, like_x = 0;

	if (is_like(r, x))
		return true;
	json_array_foreach(clauses, i, y)
	{
		like_r += is_like(r, y);
		like_x += is_like(x, y);
	}
	return like_r == 1 && like_x == 1;
}

static bool
stands_alone(const json_t *clauses, const json_t *r, bool all)
{
	const json_t *x;
	size_t i, n = 0;

	if (all || !is_bare(r))
		return all || !is_result(r, "not-applicable");
	json_array_foreach(clauses, i, x) n += is_beside(clauses, r, x);
	return n < 2;
}

/* All that stand beside clause `first`, once, where it stands first. */
static void
print_alike(struct cli *c, const json_t *clauses, size_t first)
{
	const json_t *r = json_array_get(clauses, first), *x;
	const char *because = json_get_text(r, "because");
	struct str text;
	size_t i, n = 0;

	str_init(&text, 16384);
	json_array_foreach(clauses, i, x)
	{
		if (!is_beside(clauses, r, x))
			continue;
		if (i < first) {
			str_fini(&text);
			return;
		}
		if (!is_like(r, x))
			because = "nothing shows it either way; --all has why";
		str_printf(
			&text, "%s%s", n++ ? ", " : "", json_get_text(x, "id"));
	}
	(void)printf("  %-14s  %s:\n%18s", "unknown",
		cli_text(c->arena, because, 300), "");
	show_words(18, 18, text.text);
	str_fini(&text);
}

void
show_clauses(struct cli *c, const json_t *clauses, bool all)
{
	static const char *const order[] = {
		"breached", "met", "unknown", "not-applicable"};
	const json_t *r;
	size_t i, widest = 0, folded = 0;

	json_array_foreach(clauses, i, r) if (stands_alone(clauses, r, all))
	{
		size_t n = span_of(json_get_text(r, "id")).n;

		widest = n > widest ? n : widest;
	}
	for (size_t k = 0; k < ARRAY_LEN(order); k++)
		json_array_foreach(clauses, i, r)
		{
			if (!is_result(r, order[k]))
				continue;
			if (stands_alone(clauses, r, all))
				print_clause(c, r, widest);
			else if (is_result(r, "unknown"))
				print_alike(c, clauses, i);
			else
				folded++;
		}
	if (folded > 0)
		(void)printf("  %-14s  %zu more: --all shows them\n",
			"not-applicable", folded);
}
