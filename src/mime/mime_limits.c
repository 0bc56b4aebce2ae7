/*
 * mime_limits.c - where one item of a structured header ends.
 */
#include "mime/mime_limits.h"

#include "base/str.h"

/* Where in RFC 5322's grammar a byte stands. */
struct place {
	bool quoted, escaped, angle;
	size_t comments;
};

/* Is `c` outside quotes, comments and angle brackets? */
static bool
is_outside(struct place *at, unsigned char c)
{
	if (at->escaped) {
		at->escaped = false;
		return false;
	}
	if (c == '\\' && (at->quoted || at->comments > 0)) {
		at->escaped = true;
		return false;
	}
	if (at->quoted) {
		at->quoted = c != '"';
		return false;
	}
	if (c == '(')
		at->comments++;
	else if (c == ')' && at->comments > 0) {
		at->comments--;
		return false;
	}
	if (at->comments > 0)
		return false;
	at->quoted = c == '"';
	at->angle = c == '<' || (at->angle && c != '>');
	return !at->quoted && !at->angle;
}

struct span
mime_limit_list(struct span value, size_t max, size_t *items)
{
	struct place at = {0};
	size_t n = 1, end = value.n;

	for (size_t i = 0; i < value.n; i++) {
		/* an unclosed quote must not hide a list: count on */
		bool outside = is_outside(&at, value.p[i]);

		if (value.p[i] != ',' || !outside)
			continue;
		if (n++ == max)
			end = i;
	}
	*items = n;
	return span_cut(value, 0, end);
}

static struct span
parameter_name(struct span parameter)
{
	return span_trim(
		span_cut(parameter, 0, span_find_byte(parameter, '=')));
}

static bool
is_repeated(const struct span *names, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq_nocase(names[i], name))
			return true;
	return false;
}

/* The end of the parameter that begins s: its ";" or the end. */
static size_t
parameter_end(struct span s)
{
	struct place at = {0};

	for (size_t i = 0; i < s.n; i++)
		if (is_outside(&at, s.p[i]) && s.p[i] == ';')
			return i;
	return s.n;
}

const char *
mime_limit_parameters(struct mime *x, const char *value, const char *header)
{
	struct span names[MIME_MAX_PARAMETERS], rest = span_of(value);
	AUTO(str_fini) struct str kept;
	size_t n = 0, end = parameter_end(rest);

	if (end == rest.n) /* no parameters, the most usual case */
		return value;
	str_init(&kept, rest.n);
	str_put(&kept, span_cut(rest, 0, end));
	while (end < rest.n) {
		rest = span_from(rest, end + 1);
		end = parameter_end(rest);
		struct span name = parameter_name(span_cut(rest, 0, end));

		if (name.n == 0)
			continue;
		if (n == MIME_MAX_PARAMETERS) {
			mime_defect(x,
				"parameters after the first %d of a %s "
				"were not read",
				MIME_MAX_PARAMETERS, header);
			break;
		}
		if (is_repeated(names, n, name)) {
			mime_defect(x,
				"a %s names '%.*s' twice; the first "
				"counts",
				header, SPAN_FMT(span_cut(name, 0, 40)));
			continue;
		}
		names[n++] = name;
		str_putc(&kept, ';');
		str_put(&kept, span_cut(rest, 0, end));
	}
	return arena_text(x->arena, str_span(&kept));
}
