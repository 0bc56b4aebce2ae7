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
		"score", "severity", "rfc", "cwe", "appendix", "clause", "base",
		"rating", "rated", "sip", "soap", "price", "usd", "eur",
		"unicode", "ipv", "owasp", "asvs"};
	static const char *const between[] = {"version", "versions", "ver",
		"release", "v", "lts", "js", "server"};
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

/* The end of s[i..k) without the endings of a file: "1.2.3.tar.gz"; 0 if it
 * is the name of another's script, "3.6.0.min.js". */
static size_t
without_ending(struct span s, size_t i, size_t k)
{
	static const char *const endings[] = {"bin", "tar", "gz", "tgz", "bz2",
		"xz", "zst", "zip", "7z", "deb", "rpm", "apk", "exe", "msi",
		"dmg", "pkg", "iso", "img", "jar", "war", "whl", "gem", "swu",
		"trx", "chk", "hex", "elf", "ova", "qcow2", "txt", "pdf",
		"diff", "patch", "appimage", "vsix"};
	static const char *const scripts[] = {"min", "js", "css", "map"};

	for (size_t at = i; at < k; at++) {
		size_t to = at + 1;

		if (s.p[at] != '.')
			continue;
		while (to < k && s.p[to] != '.')
			to++;
		struct span part = span_cut(s, at + 1, to);
		if (is_one_of(part, scripts, ARRAY_LEN(scripts)))
			return 0;
		if (is_one_of(part, endings, ARRAY_LEN(endings)))
			return at;
	}
	return k;
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
	k = without_ending(s, i, k);
	if (k == 0 || k == i)
		return k;
	if (s.p[i] == '-' && span_find_byte(span_cut(s, i, k), '.') < k - i &&
		is_digit(s.p[i + 1]))
		return i; /* "5.8-6.1": two of them */
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

/* "rc1", "-beta", "b2": what may follow a single number. */
static bool
is_prerelease(struct span s)
{
	static const char *const words[] = {
		"rc", "beta", "alpha", "pre", "dev", "post", "b", "a"};

	while (s.n > 0 && one_of(s.p[0], "-."))
		s = span_from(s, 1);
	if (s.n == 1 && (s.p[0] | 0x20) == 'x')
		return true; /* "5.x" */
	size_t n = begins_any(s, words, ARRAY_LEN(words));
	return n > 0 && (n > 1 || s.n > 1) && (n == s.n || !is_alpha(s.p[n]));
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

bool
version_add(struct reading *g, const struct chunk *c, struct span s, bool said)
{
	bool v = s.n > 0 && (s.p[0] | 0x20) == 'v';
	struct numbers at = numbers_at(s, v);
	size_t end;

	said = said || v;
	if (starts(s, "0x") || starts(s, "0X"))
		return false;
	if (at.n == 0 || at.n > 4 || at.first > 9999 ||
		(at.end < s.n && is_digit(s.p[at.end])))
		return false;
	if (!said &&
		(at.n < 3 || at.n == 4 || is_year(at.first) ||
			is_year(at.last)))
		return false; /* too little, an IP address, a date */
	end = tail_end(s, at.end, said || at.n >= 3);
	if (end == 0)
		return false;
	if (at.n == 1 &&
		!(v ? at.first < 1000 :
		      end > at.end && is_prerelease(span_cut(s, at.end, end))))
		return false;
	if (at.n == 1 && is_named_so(span_cut(s, at.end, end)))
		return false;
	if (end < s.n && one_of(s.p[end], "/:@_%") &&
		!(s.p[end] == ':' && end + 1 == s.n))
		return false;
	(void)facts_add(g, &g->versions, span_cut(s, 0, end), c->line);
	return true;
}

/* The version of a format or of nothing: the word before it says "version"
 * itself. */
static bool
calls_version(struct span before)
{
	static const char *const words[] = {"version", "versions", "versión",
		"versione", "release", "firmware", "build", "ver"};

	return is_one_of(word_before(before), words, ARRAY_LEN(words));
}

/* The last word of `s` that is parted from its end by one blank or more and
 * nothing else, up to the blank or bracket before it. */
static struct span
name_before(struct span s)
{
	size_t to = s.n, from;

	while (to > 0 && is_blank(s.p[to - 1]))
		to--;
	if (to == s.n && to > 0)
		return SPAN_NONE;
	for (from = to; from > 0 && to - from < 60 &&
		!is_blank(s.p[from - 1]) &&
		!one_of(s.p[from - 1], "([\"'`*<>|,;");)
		from--;
	return span_cut(s, from, to);
}

/* "QuaysideSync.exe 4.8.1.220" */
static bool
names_program(struct span before)
{
	static const char *const ends[] = {
		".exe", ".dll", ".sys", ".apk", ".jar", ".msi"};
	struct span name = name_before(before);

	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (name.n > 5 && begins(span_from(name, name.n - 4), ends[i]))
			return true;
	return false;
}

/* "Quayside 5.4", "dag-factory 0.22": a name, by its form. */
static bool
names_product(struct span before)
{
	/* Before a number these are not what it is the version of. */
	static const char *const no[] = {"about", "after", "almost", "and",
		"around", "article", "at", "base", "costs", "cvss", "date",
		"day", "discovered", "equation", "fig", "for", "found", "from",
		"grade", "impact", "item", "jan", "january", "feb", "february",
		"mar", "march", "apr", "april", "may", "jun", "june", "jul",
		"july", "aug", "august", "sep", "september", "oct", "october",
		"nov", "november", "dec", "december", "level", "line", "lines",
		"listing", "nearly", "note", "only", "over", "paragraph",
		"part", "point", "published", "rated", "rating", "released",
		"reported", "requirement", "risk", "room", "rule", "see",
		"step", "takes", "than", "the", "to", "top", "under", "up",
		"updated", "was", "within", "is", "of", "openapi", "swagger",
		"bluetooth", "cyclonedx", "spdx", "modbus", "saml", "openid",
		"json-rpc", "tomcat", "redis", "mariadb", "mongodb", "mint",
		"qemu", "virtualbox", "vmware", "wireshark", "nmap", "sqlmap",
		"zap", "postman", "bash", "perl", "rust", "cargo", "golang",
		"go", "opera", "brave", "valgrind", "gdb", "llvm", "frida",
		"ghidra", "binwalk", "suite", "powershell", "pyyaml", "jinja",
		"django", "flask", "airflow", "react", "angular", "vue",
		"jquery", "lodash", "sqlite", "spring", "tested", "finding",
		"issue", "exhibit", "annex", "exercise", "lesson", "volume",
		"vol", "nr", "no", "unter", "nach", "seit", "etwa", "ab",
		"abschnitt", "kapitel", "bild", "tabelle", "seite"};
	struct span name = name_before(before);
	bool lower = false, upper = false, inner = false;

	if (name.n < 3 || is_one_of(name, no, ARRAY_LEN(no)) ||
		one_of(name.p[name.n - 1], ".:;,!?)]=-") ||
		!is_alpha(name.p[0]))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = name.p[i];

		if (!is_alnum(c) && !one_of(c, "-_.+") && c < 0x80)
			return false;
		lower = lower || (c >= 'a' && c <= 'z');
		upper = upper || is_upper(c);
		inner = inner || c == '-' || c == '_';
	}
	return lower && (is_upper(name.p[0]) || inner || upper);
}

/* "2.5 s", "4.2 GB", "7.5 (High)", "8.1/10", "9.8 out of 10" */
static bool
follows_unit(struct span after)
{
	static const char *const units[] = {"s", "ms", "sec", "secs", "second",
		"seconds", "min", "mins", "minute", "minutes", "h", "hour",
		"hours", "day", "days", "week", "weeks", "month", "months",
		"year", "years", "kb", "mb", "gb", "tb", "kib", "mib", "gib",
		"bytes", "million", "billion", "thousand", "times", "percent",
		"eur", "euro", "euros", "usd", "dollars", "points", "ghz",
		"mhz", "mbit", "gbit", "mbps", "gbps", "m", "km", "cm", "mm",
		"kg", "stars", "out", "of", "critical", "high", "medium", "low",
		"sekunden", "stunden", "minuten", "tage", "secondes", "heures",
		"jours", "segundos", "horas", "x", "millionen", "uhr", "base",
		"score", "rating", "am", "pm", "severity"};
	size_t n;

	while (after.n > 0 && (is_blank(after.p[0]) || after.p[0] == '('))
		after = span_from(after, 1);
	if (after.n > 0 && one_of(after.p[0], "%$/x"))
		return true;
	if (starts(after, "€") || starts(after, "£"))
		return true;
	for (n = 0; n < after.n && is_alpha(after.p[n]); n++)
		;
	return is_one_of(span_cut(after, 0, n), units, ARRAY_LEN(units));
}

static const char *const between[] = {"to ", "through ", "thru ", "until ",
	"till ", "up to ", "bis ", "à ", "hasta ", "- ", "– ", "-", "–"};

/* "... to 2.5.1": what begins here is a range, of versions if its end has
 * three numbers. */
static bool
range_begins(struct span after)
{
	while (after.n > 0 && is_blank(after.p[0]))
		after = span_from(after, 1);
	size_t n = begins_any(after, between, ARRAY_LEN(between));
	if (n == 0)
		return false;
	struct span end = span_cut(span_from(after, n), 0, 40);
	return numbers_at(end, end.n > 0 && (end.p[0] | 0x20) == 'v').n == 3;
}

/* "0.22 to ...": was what stands before the word a version? */
static bool
range_ends(const struct reading *g, struct span before)
{
	static const char *const words[] = {"to", "through", "thru", "until",
		"till", "bis", "hasta", "and", "or", "und", "et", "y", "-", "–",
		"à"};
	size_t to, from;

	before = span_from(before, before.n > 80 ? before.n - 80 : 0);
	for (to = before.n; to > 0 && is_blank(before.p[to - 1]); to--)
		;
	for (from = to; from > 0 && !is_blank(before.p[from - 1]) &&
		!is_digit(before.p[from - 1]);)
		from--;
	struct span word = span_cut(before, from, to);
	if (!is_one_of(word, words, ARRAY_LEN(words)))
		return false;
	for (to = from; to > 0 && is_blank(before.p[to - 1]); to--)
		;
	for (from = to; from > 0 &&
		(is_alnum(before.p[from - 1]) || before.p[from - 1] == '.');)
		from--;
	struct span first = span_cut(before, from, to);
	for (size_t i = 0; first.n > 0 && i < g->versions.n; i++)
		if (span_is(first, g->versions.v[i].text))
			return true;
	return false;
}

/* "since the cache in 6.3 it", "our package 4.4-2": words that versions stand
 * behind. */
static bool
places_version(struct span before)
{
	static const char *const words[] = {"in", "with", "en", "package",
		"firmware", "image", "images", "plugin", "library", "agent",
		"client", "hotfix", "patch", "update", "branch", "series",
		"stable", "our", "versione", "rev", "revision"};
	struct span name = name_before(before);

	return is_one_of(name, words, ARRAY_LEN(words));
}

/* `<?xml version="1.0"?>`, `<svg version="1.1">`, vCard's "VERSION:3.0":
 * the version of a format. */
static bool
is_format(struct span before)
{
	static const char *const words[] = {"version=\"", "version='"};
	size_t n = before.n;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t len = strlen(words[i]);

		if (n > len && begins(span_from(before, n - len), words[i]))
			return span_find_byte(
				       span_from(before, n > 300 ? n - 300 : 0),
				       '<') < (n > 300 ? 300 : n);
	}
	return n >= 8 && starts(span_from(before, n - 8), "VERSION:") &&
		(n == 8 || before.p[n - 9] == ';');
}

/* Two or three numbers are a version here though one may not call them so:
 * what this is about is told by the words around. */
static bool
told_version(const struct reading *g, const struct chunk *c, struct span before,
	struct span rest)
{
	struct numbers at = numbers_at(rest, 0);
	struct span after = span_make(rest.p + at.end,
		(size_t)(c->after.p + c->after.n - (rest.p + at.end)));

	if (at.n == 4)
		return names_program(before);
	if (at.n < 2 || is_year(at.last) || follows_unit(after))
		return false;
	if (is_year(at.first) && at.n == 3 && at.last > 31)
		return false;
	return names_product(before) || range_ends(g, before) ||
		range_begins(after) ||
		(at.n == 2 && !is_year(at.first) && places_version(before));
}

/* Before the number at s[i]: "foo-1.2.3.tar", "image:5.6", "5.8-6.1". */
static bool
joined(struct span s, size_t i)
{
	if (s.p[i - 1] == ':') /* an image's tag */
		return i > 2 && is_alnum(s.p[i - 2]) &&
			span_find_byte(span_cut(s, 0, i), '/') < i &&
			span_find(span_cut(s, 0, i), "//") == i;
	return false;
}

static bool
may_begin(struct span s, size_t i)
{
	unsigned char prev = i > 0 ? s.p[i - 1] : ' ';

	return i == 0 || one_of(prev, "([\"'`=@<>~^,*|") || prev == '-' ||
		prev == '_' || (prev == ':' && i > 1) ||
		(prev == 0x93 && i > 2 && s.p[i - 2] == 0x80); /* – */
}

static void
version_at(struct reading *g, const struct chunk *c, size_t i)
{
	struct span s = c->s, rest = span_from(s, i);
	struct span before =
		span_make(c->before.p, (size_t)(s.p + i - c->before.p));
	unsigned char prev = i > 0 ? s.p[i - 1] : ' ';
	bool dashed = prev == '-' || prev == '_' || prev == 0x93, said;
	bool range = dashed && i > 1 && prev != '_' && range_ends(g, before);

	if (version_is_foreign(before) || is_format(before))
		return;
	said = dashed ? range : one_of(prev, "=@<>~^") || said_version(before);
	said = said || (i > 0 && joined(s, i));
	if (said && numbers_at(rest, 0).n == 4 && !calls_version(before))
		return; /* an address */
	if (!said && !dashed)
		said = told_version(g, c, before, rest);
	(void)version_add(g, c, rest, said);
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
		if (!is_plain_number(s, i) && may_begin(s, i))
			version_at(g, c, i);
		while (i < s.n && (is_alnum(s.p[i]) || s.p[i] == '.'))
			i++;
	}
}
