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

/* One parameter, "name=value". */
struct parameter {
	struct span name, whole;
};

static bool
is_named(const struct parameter *list, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq_nocase(list[i].name, name))
			return true;
	return false;
}

/* Is the same name there in RFC 2231's form, as "name*" or "name*0"? */
static bool
is_extended(const struct parameter *list, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].name.n > name.n && list[i].name.p[name.n] == '*' &&
			span_eq_nocase(span_cut(list[i].name, 0, name.n), name))
			return true;
	return false;
}

/* Into list, which has room for MIME_MAX_PARAMETERS; how many. */
static size_t
split_parameters(struct mime *x, struct span rest, struct parameter *list,
	const char *header)
{
	size_t n = 0, end = parameter_end(rest);

	while (end < rest.n) {
		rest = span_from(rest, end + 1);
		end = parameter_end(rest);
		struct span whole = span_cut(rest, 0, end);
		struct span name = parameter_name(whole);

		if (name.n == 0)
			continue;
		if (n == MIME_MAX_PARAMETERS) {
			mime_defect(x,
				"parameters after the first %d of a %s "
				"were not read",
				MIME_MAX_PARAMETERS, header);
			break;
		}
		if (is_named(list, n, name))
			mime_defect(x,
				"a %s names '%.*s' twice; the first "
				"counts",
				header, SPAN_FMT(span_cut(name, 0, 40)));
		else
			list[n++] = (struct parameter){name, whole};
	}
	return n;
}

const char *
mime_limit_parameters(struct mime *x, const char *value, const char *header)
{
	struct parameter list[MIME_MAX_PARAMETERS];
	AUTO(str_fini) struct str kept;
	struct span all = span_of(value);
	size_t end = parameter_end(all);

	str_init(&kept, all.n);
	if (end == all.n) /* no parameters, the most usual case */
		return value;
	size_t n = split_parameters(x, all, list, header);
	str_put(&kept, span_cut(all, 0, end));
	for (size_t i = 0; i < n; i++) {
		if (is_extended(list, n, list[i].name))
			continue; /* name* beats name (standards.md 5.9) */
		str_putc(&kept, ';');
		str_put(&kept, list[i].whole);
	}
	return arena_text(x->arena, str_span(&kept));
}
