/*
 * version.c - versions a report names.
 *
 * Three numbers with dots are a version wherever they stand, two or one only
 * where the text says so: "version 1.2", "v1.2", "==1.2". Addresses, dates,
 * sizes, scores, and the versions of what a product merely runs on are not.
 */
#include "report/chunk.h"

static bool
said_version(struct span before)
{
	static const char *const words[] = {"version", "versions", "release",
		"releases", "tag", "tags", "ver", "v", "versión", "versionen",
		"from", "to", "since", "before", "through", "until", "upto",
		"and", "or", "below", "above", "than", "introduced", "in"};
	struct span word = word_before(before);

	if (!is_one_of(word, words, ARRAY_LEN(words)))
		return false;
	if (span_is_nocase(word, "version") || span_is_nocase(word, "versions"))
		return true;
	/* "from 1.2", "in 1.2": only where the line speaks of versions */
	if (word.n > 4 || span_is_nocase(word, "tag") ||
		span_is_nocase(word, "ver") || span_is_nocase(word, "v"))
		return true;
	struct span near = span_from(before, before.n > 80 ? before.n - 80 : 0);
	return span_find_nocase(near, "version") < near.n ||
		span_find_nocase(near, "release") < near.n;
}

/* A version of something that reports only run on. */
bool
version_is_foreign(struct span before)
{
	static const char *const words[] = {"python", "ubuntu", "debian",
		"macos", "windows", "node", "java", "openjdk", "jdk", "docker",
		"kubernetes", "chrome", "chromium", "firefox", "safari", "edge",
		"curl", "postgres", "postgresql", "mysql", "nginx", "apache",
		"kernel", "linux", "android", "ios", "php", "ruby", "openssl",
		"tls", "ssl", "http", "https", "cvss", "cvssv", "burp", "pip",
		"gcc", "clang", "glibc", "centos", "fedora", "alpine", "rhel",
		"webkit", "gecko", "applewebkit", "mozilla", "npm", "oauth",
		"section", "sections", "chapter", "figure", "table", "page",
		"score", "severity", "rfc", "cwe", "appendix", "clause",
		"price", "usd", "eur", "unicode", "ipv", "owasp", "asvs"};
	static const char *const between[] = {
		"version", "versions", "ver", "release", "v", "lts"};
	struct span word = word_before(before);

	if (is_one_of(word, between, ARRAY_LEN(between))) /* "Python version" */
		word = word_before(
			span_cut(before, 0, (size_t)(word.p - before.p)));
	return is_one_of(word, words, ARRAY_LEN(words));
}

struct numbers {
	size_t n, end;
	unsigned long first, last;
};

/* "1.22.3" from s[i]. */
static struct numbers
numbers_at(struct span s, size_t i)
{
	struct numbers v = {0, i, 0, 0};

	while (i < s.n && is_digit(s.p[i])) {
		size_t from = i;

		for (v.last = 0; i < s.n && is_digit(s.p[i]) && i - from < 9;
			i++)
			v.last = v.last * 10 + (unsigned)(s.p[i] - '0');
		if (v.n++ == 0)
			v.first = v.last;
		v.end = i;
		if (i + 1 < s.n && s.p[i] == '.' && is_digit(s.p[i + 1]))
			i++;
		else
			break;
	}
	return v;
}

/* The end of "rc1", "-beta.2", ".post1", "+local" at s[i]; i if there is
 * none, 0 if what follows makes it no version. */
static size_t
tail_end(struct span s, size_t i, bool sure)
{
	size_t k = i, letter;

	if (i >= s.n || !(is_alpha(s.p[i]) || one_of(s.p[i], "-+.~")))
		return i;
	while (k < s.n && k - i < 24 &&
		(is_alnum(s.p[k]) || one_of(s.p[k], "-+.~")))
		k++;
	if (k < s.n && is_alnum(s.p[k]))
		return 0;
	while (k > i && one_of(s.p[k - 1], "-+.~"))
		k--;
	if (k == i)
		return i;
	letter = is_alpha(s.p[i]) ? i : i + 1;
	if (!is_alnum(s.p[letter]) || (s.p[i] == '.' && is_digit(s.p[letter])))
		return 0;
	return is_alpha(s.p[letter]) && !sure ? 0 : k; /* "1.2GB" */
}

/* "3", "4)", "5.": no version, whatever stands around it. */
static bool
is_plain_number(struct span s, size_t i)
{
	struct numbers at = numbers_at(s, i);

	return at.n == 1 && tail_end(s, at.end, true) == at.end;
}

static bool
is_year(unsigned long n)
{
	return n >= 1990 && n < 2100;
}

/* What follows one number: "0x7f", the host "3desks.example", the file
 * "v3.json"; not "5.x". */
static bool
is_named_so(struct span tail)
{
	size_t dot = span_find_byte(tail, '.');

	if (tail.n > 1 && (tail.p[0] | 0x20) == 'x' && is_hex(tail.p[1]))
		return true;
	return dot + 2 < tail.n && is_alpha(tail.p[dot + 1]) &&
		is_alpha(tail.p[dot + 2]);
}

void
version_add(struct reading *g, const struct chunk *c, struct span s, bool said)
{
	bool v = s.n > 0 && (s.p[0] | 0x20) == 'v';
	struct numbers at = numbers_at(s, v);
	size_t end;

	said = said || v;
	if (at.n == 0 || at.n > 4 || at.first > 9999 ||
		(at.end < s.n && is_digit(s.p[at.end])))
		return;
	if (!said &&
		(at.n < 3 || at.n == 4 || is_year(at.first) ||
			is_year(at.last)))
		return; /* too little, an IP address, a date */
	end = tail_end(s, at.end, said || at.n >= 3);
	if (end == 0)
		return;
	if (at.n == 1 && end == at.end && !(v && at.first < 1000))
		return;
	if (at.n == 1 && is_named_so(span_cut(s, at.end, end)))
		return;
	if (end < s.n && one_of(s.p[end], "/:@_%") &&
		!(s.p[end] == ':' && end + 1 == s.n))
		return;
	facts_add(g, &g->versions, span_cut(s, 0, end), c->line);
}

/* <?xml version="1.0"?> */
static bool
is_of_markup(struct span before)
{
	struct span near = span_from(before, before.n > 24 ? before.n - 24 : 0);

	return span_find_nocase(near, "<?xml version") < near.n;
}

void
versions_in(struct reading *g, const struct chunk *c)
{
	struct span s = c->s;

	for (size_t i = 0; i < s.n; i++) {
		if (!(is_digit(s.p[i]) ||
			    ((s.p[i] | 0x20) == 'v' && i + 1 < s.n &&
				    is_digit(s.p[i + 1]))))
			continue;
		if (is_plain_number(s, i)) {
			while (i < s.n && (is_alnum(s.p[i]) || s.p[i] == '.'))
				i++;
			continue;
		}
		struct span before =
			span_make(c->before.p, (size_t)(s.p + i - c->before.p));
		unsigned char prev = i > 0 ? s.p[i - 1] : ' ';
		bool pinned = one_of(prev, "=@<>~^");
		bool dashed = prev == '-' || prev == '_'; /* "foo-1.2.3.tar" */

		if (i == 0 || one_of(prev, "([\"'`=@<>~^,*|") || dashed ||
			(prev == ':' && i > 1)) {
			bool foreign = version_is_foreign(before) ||
				is_of_markup(before);

			if (!foreign && !(prev == '/'))
				version_add(g, c, span_from(s, i),
					!dashed &&
						(pinned ||
							said_version(before)));
		}
		while (i < s.n && (is_alnum(s.p[i]) || s.p[i] == '.'))
			i++;
	}
}
