/*
 * mime_limits.c - where one item of a structured header ends.
 */
#include "mime/mime_limits.h"

#include "base/str.h"

/* Where in RFC 5322's grammar a byte stands. */
struct place {
	bool quoted, escaped, angle, literal;
	size_t comments;
};

/* Is `c` outside quotes, comments, domain literals and angle brackets? */
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
	at->literal = c == '[' || (at->literal && c != ']');
	return !at->quoted && !at->angle && !at->literal;
}

/* Past the comma that ends the item at the start of s. */
static size_t
item_end(struct span s, bool *group, bool *nested)
{
	struct place at = {0};

	for (size_t i = 0; i < s.n; i++) {
		if (!is_outside(&at, s.p[i]))
			continue;
		if (s.p[i] == ',')
			return i + 1;
		*nested = *nested || (s.p[i] == ':' && *group);
		*group = s.p[i] == ':' || (*group && s.p[i] != ';');
	}
	return s.n;
}

struct span
mime_limit_addresses(
	struct mime *x, struct span value, size_t max, size_t *items)
{
	unsigned char *kept;
	size_t n = 0, end;
	bool group = false, nested = false;

	*items = 0;
	if (value.n == 0)
		return value;
	kept = arena_alloc(x->arena, value.n);
	for (; value.n > 0; value = span_from(value, end)) {
		end = item_end(value, &group, &nested);
		if (nested) {
			mime_defect(x,
				"a group of addresses within a group "
				"was not read");
			break;
		}
		if (*items == max) {
			mime_defect(x,
				"addresses after the first %d were not read",
				MIME_MAX_ADDRESSES);
			break;
		}
		if (end > MIME_MAX_ITEM) {
			mime_defect(x,
				"an address longer than %d bytes was not read",
				MIME_MAX_ITEM);
			continue;
		}
		memcpy(kept + n, value.p, end);
		n += end;
		(*items)++;
	}
	return span_make(kept, n);
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

	str_init(&kept, rest.n);
	if (end == rest.n) /* no parameters, the most usual case */
		return value;
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
