/*
 * policy_forms.c - what a line of a policy may be: an id, an address, a
 * repository ... A wrong line is answered with the right one where it can
 * be guessed, since most are pasted from a browser.
 */
#include "policy/policy_forms.h"

#include <string.h>

#include "base/utf8.h"
#include "policy/policy.h"

enum { LINE_MAX_BYTES = 200 };

static bool
is_lower(unsigned char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_upper(unsigned char c)
{
	return c >= 'A' && c <= 'Z';
}

static struct span
lowered(struct arena *a, struct span s)
{
	unsigned char *low = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		low[i] = is_upper(s.p[i]) ? (unsigned char)(s.p[i] + 32) :
					    s.p[i];
	return span_make(low, s.n);
}

/* Words of lower-case letters and digits joined by one of `joins`. */
static bool
is_words(struct span s, const char *joins)
{
	bool joint = true;

	for (size_t i = 0; i < s.n; i++) {
		if (is_lower(s.p[i]) || is_digit(s.p[i])) {
			joint = false;
			continue;
		}
		if (joint || strchr(joins, s.p[i]) == NULL || !s.p[i])
			return false;
		joint = true;
	}
	return s.n > 0 && s.n <= 64 && !joint;
}

static const char *
why_id(struct arena *a, struct span s)
{
	(void)a;
	return is_words(s, "-.") ? NULL :
				   "use lower-case letters, digits, '-' and "
				   "'.', at most 64";
}

static const char *
why_word(struct arena *a, struct span s)
{
	(void)a;
	return is_words(s, "-") ? NULL :
				  "use lower-case letters, digits and '-', at "
				  "most 64";
}

static const char *
why_name(struct arena *a, struct span s)
{
	(void)a;
	if (s.n > LINE_MAX_BYTES)
		return "at most 200 bytes";
	if (memchr(s.p, '\n', s.n))
		return "write it on one line";
	if (memchr(s.p, '{', s.n) || memchr(s.p, '}', s.n))
		return "'{' and '}' have no use here";
	return NULL;
}

static const char *
why_prefix(struct arena *a, struct span s)
{
	bool ok = s.n >= 2 && s.n <= 8 && is_upper(s.p[0]);

	(void)a;
	for (size_t i = 1; i < s.n; i++)
		ok = ok && (is_upper(s.p[i]) || is_digit(s.p[i]));
	return ok ? NULL : "use 2 to 8 capitals and digits, a capital first";
}

/* An alias is compared without regard to case and to what joins its words;
 * one spelling in the file keeps it short. */
static const char *
why_alias(struct arena *a, struct span s)
{
	struct span low = lowered(a, s);

	if (!span_eq(low, s))
		return arena_printf(a, "write it in lower case: '%.*s'",
			SPAN_FMT(utf8_clip(low, 100)));
	if (s.n < 3 || s.n > 64)
		return "use 3 to 64 characters: a shorter word would be found "
		       "everywhere";
	for (size_t i = 0; i < s.n; i++)
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]) &&
			!strchr("-_. ", s.p[i]))
			return "use letters, digits, '-', '_', '.' and blanks";
	if (!is_lower(s.p[0]) && !is_digit(s.p[0]))
		return "begin with a letter or digit";
	return NULL;
}

static const char *
why_package(struct arena *a, struct span s)
{
	struct span low = lowered(a, s);

	if (!span_eq(low, s))
		return arena_printf(a, "write it in lower case: '%.*s'",
			SPAN_FMT(utf8_clip(low, 100)));
	for (size_t i = 0; i < s.n; i++)
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]) &&
			!strchr("-_.@/", s.p[i]))
			return "use letters, digits and -_.@/";
	return s.n > 100 ? "at most 100 characters" : NULL;
}

static struct span
without_scheme(struct span s)
{
	static const char *const schemes[] = {
		"https://", "http://", "git://", "ssh://git@", "git@"};

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (span_starts_nocase(s, schemes[i]))
			return span_from(s, strlen(schemes[i]));
	return s;
}

static bool
is_host(struct span s)
{
	bool dot = false;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];

		if (c == '.') {
			if (i == 0 || i + 1 == s.n || s.p[i - 1] == '.')
				return false;
			dot = true;
		} else if (!is_lower(c) && !is_digit(c) && c != '-')
			return false;
	}
	return dot && s.n <= 253;
}

static const char *
why_host(struct arena *a, struct span s)
{
	struct span bare = lowered(a, without_scheme(s));

	bare = span_cut(bare, 0, span_find_byte(bare, '/'));
	if (is_host(s))
		return NULL;
	return is_host(bare) ? arena_printf(a, "write '%.*s'", SPAN_FMT(bare)) :
			       "use lower-case letters, digits, '-' and '.'";
}

/* host/path in lower case; `parts` is the least number of path parts */
static bool
is_place(struct span s, unsigned parts)
{
	struct span rest = s, part;
	unsigned n = 0;

	if (s.n == 0 || s.n > LINE_MAX_BYTES || s.p[s.n - 1] == '/')
		return false;
	while (span_split(&rest, '/', &part)) {
		if (n++ == 0 ? !is_host(part) : part.n == 0)
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (!is_lower(part.p[i]) && !is_digit(part.p[i]) &&
				!strchr("-_.~%", part.p[i]))
				return false;
	}
	return n >= parts + 1;
}

static const char *
why_place(struct arena *a, struct span s, unsigned parts)
{
	struct span bare = lowered(a, without_scheme(s));
	unsigned char *p = arena_alloc(a, bare.n + 1);

	if (is_place(s, parts) && !(parts > 0 && span_ends_nocase(s, ".git")))
		return NULL;
	memcpy(p, bare.p, bare.n);
	bare.p = p;
	if (parts > 0 && memchr(p, ':', bare.n))
		*(unsigned char *)memchr(p, ':', bare.n) = '/';
	bare = span_cut(bare, 0, span_find_byte(bare, '?'));
	bare = span_cut(bare, 0, span_find_byte(bare, '#'));
	while (bare.n > 0 && bare.p[bare.n - 1] == '/')
		bare.n--;
	if (parts > 0 && span_ends_nocase(bare, ".git"))
		bare.n -= 4;
	if (is_place(bare, parts))
		return arena_printf(a, "write '%.*s'", SPAN_FMT(bare));
	return "use a host and a path in lower case, without https:// and "
	       "without a '/' at the end";
}

static const char *
why_repository(struct arena *a, struct span s)
{
	return why_place(a, s, 2);
}

static const char *
why_url(struct arena *a, struct span s)
{
	return why_place(a, s, 0);
}

static const char *
why_link(struct arena *a, struct span s)
{
	(void)a;
	if (s.n > LINE_MAX_BYTES || !span_starts(s, "https://"))
		return "a link begins with https:// and has at most 200 bytes";
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f ||
			strchr("\"<>\\^`{|}", s.p[i]))
			return "a link has no blanks, quotes, braces or "
			       "letters beyond ASCII";
	return NULL;
}

static const char *
why_address(struct arena *a, struct span s)
{
	size_t at = span_find_byte(s, '@');
	struct span local = span_cut(s, 0, at), host = span_from(s, at + 1);

	if (at == s.n || local.n == 0 || local.n > 64)
		return "it has the form local@domain";
	for (size_t i = 0; i < local.n; i++)
		if (local.p[i] <= ' ' || local.p[i] >= 0x7f ||
			strchr("\"(),:;<>[\\]@+", local.p[i]))
			return "before the '@' use letters, digits and "
			       "._- only; what stands after a '+' is a detail "
			       "of the product";
	if (!is_host(lowered(a, host)))
		return "after the '@' stands a domain, such as example.org";
	if (!is_host(host))
		return arena_printf(a, "write the domain in lower case: '%.*s'",
			SPAN_FMT(lowered(a, host)));
	return NULL;
}

static const char *
why_zone(struct arena *a, struct span s)
{
	bool slash = memchr(s.p, '/', s.n) != NULL;

	(void)a;
	for (size_t i = 0; i < s.n; i++)
		if (!is_lower(s.p[i]) && !is_upper(s.p[i]) &&
			!is_digit(s.p[i]) && !strchr("/_+-", s.p[i]))
			return "use a name of the time zone database";
	if (!span_is(s, "UTC") && (!slash || s.n > 64 || s.p[0] == '/'))
		return "use a name of the time zone database, Area/City; "
		       "abbreviations such as EST do not know summer time";
	return NULL;
}

/* A phrase is looked for word by word: blanks at its ends would be lost. */
static const char *
why_phrase(struct arena *a, struct span s)
{
	bool letter = false;

	(void)a;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < ' ')
			return "write it on one line";
		letter = letter || is_lower(s.p[i]) || is_upper(s.p[i]) ||
			is_digit(s.p[i]) || s.p[i] >= 0x80;
	}
	if (!letter)
		return "it has no letter or digit";
	if (s.n < 3 || s.n > 100)
		return "use 3 to 100 bytes: a shorter phrase would be found "
		       "everywhere";
	return NULL;
}

/* As reports name files: with '/', from the repository's root on. */
static const char *
why_path(struct arena *a, struct span s)
{
	struct span rest = s, part;

	if (s.n > LINE_MAX_BYTES)
		return "at most 200 bytes";
	if (s.n > 2 && s.p[0] == '.' && s.p[1] == '/')
		return arena_printf(a,
			"write '%.*s', with a '/' before it if "
			"it is only meant at the root",
			SPAN_FMT(utf8_clip(span_from(s, 2), 100)));
	if (memchr(s.p, '\\', s.n))
		return "join folders by '/'";
	if (memchr(s.p, '*', s.n) || memchr(s.p, '?', s.n))
		return "there are no patterns; 'tests/' is all that is in a "
		       "folder of that name";
	while (span_split(&rest, '/', &part))
		if (span_is(part, "..") || span_is(part, "."))
			return "leave out '.' and '..'";
	if (s.n == 1 && s.p[0] == '/')
		return "that is every file";
	for (size_t i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '/' && s.p[i + 1] == '/')
			return "one '/' is enough";
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ')
			return "write it on one line";
	return NULL;
}

void
policy_other(const char *item, struct span *name, struct span *link)
{
	struct span s = span_of(item);
	size_t open = span_find_byte(s, '<');

	*name = span_trim(span_cut(s, 0, open));
	*link = SPAN_NONE;
	if (open < s.n && s.p[s.n - 1] == '>')
		*link = span_cut(s, open + 1, s.n - 1);
}

static const char *
why_other(struct arena *a, struct span s)
{
	struct span name, link, bare;

	policy_other(arena_text(a, s), &name, &link);
	if (span_find_byte(s, '<') < s.n && link.n == 0)
		return "a link stands at the end, between '<' and '>'";
	if (name.n < 3 || name.n > 100)
		return "a name has 3 to 100 bytes";
	if (why_name(a, name))
		return why_name(a, name);
	bare = without_scheme(name);
	if (bare.n < name.n && is_place(lowered(a, bare), 0))
		return arena_printf(a, "write '%.*s'",
			SPAN_FMT(utf8_clip(lowered(a, bare), 100)));
	return link.n > 0 ? why_link(a, link) : NULL;
}

/* Plain words: what marks a heading is the renderer's. */
static const char *
why_heading(struct arena *a, struct span s)
{
	(void)a;
	if (s.n > LINE_MAX_BYTES)
		return "at most 200 bytes";
	if (memchr(s.p, '\n', s.n))
		return "write it on one line";
	if (s.p[0] == '#')
		return "leave out the '#': the format of the document adds it";
	return NULL;
}

/* BCP 47 as far as shape goes: "en", "pt-BR", "zh-Hant". */
static const char *
why_language(struct arena *a, struct span s)
{
	struct span rest = s, part;
	unsigned n = 0;

	(void)a;
	while (span_split(&rest, '-', &part)) {
		bool ok = part.n >= (n == 0 ? 2 : 1) && part.n <= 8;

		for (size_t i = 0; ok && i < part.n; i++)
			ok = is_lower(part.p[i]) || is_upper(part.p[i]) ||
				(n > 0 && is_digit(part.p[i]));
		if (!ok || (n == 0 && part.n > 3))
			return "use a language tag of two or three letters, "
			       "with its region if that matters";
		n++;
	}
	return n > 0 ? NULL : "use a language tag, such as en";
}

static const char *
why_key(struct arena *a, struct span s)
{
	if (span_starts(s, "https://"))
		return why_link(a, s);
	if (!span_starts(s, "openpgp4fpr:") && !span_starts(s, "dns:"))
		return "it begins with https://, openpgp4fpr: or dns:, and "
		       "leads to the key";
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
			return "it has no blanks and nothing beyond ASCII";
	return s.n > LINE_MAX_BYTES ? "at most 200 bytes" : NULL;
}

static const char *
why_csaf(struct arena *a, struct span s)
{
	const char *why = why_link(a, s);

	if (why == NULL && !span_ends_nocase(s, "/provider-metadata.json"))
		return "it leads to a provider-metadata.json";
	return why;
}

const struct form form_id = {"an id, such as required.steps", why_id,
	"^(?=.{1,64}$)[a-z0-9]+([.-][a-z0-9]+)*$"};
const struct form form_value_name = {"a name, such as security-page", why_word,
	"^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*$"};
const struct form form_name = {
	"a name on one line", why_name, "^[^{}\\n]+\\n?$"};
const struct form form_rating = {"a rating, such as high", why_word,
	"^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*$"};
const struct form form_prefix = {"a prefix of case ids, such as DAGF",
	why_prefix, "^[A-Z][A-Z0-9]{1,7}$"};
const struct form form_alias = {
	"a word that names the product, such as dag-factory", why_alias,
	"^[a-z0-9][a-z0-9_. -]{2,63}$"};
const struct form form_package = {
	"a package's name on an index, such as widget", why_package,
	"^[a-z0-9_.@/-]{1,100}$"};
const struct form form_repository = {
	"a repository, such as github.com/example/widget", why_repository,
	"^([a-z0-9-]+\\.)+[a-z0-9-]+(/[a-z0-9._~%-]+){2,}(?<!\\.git)$"};
const struct form form_url = {
	"a site without https://, such as docs.example.org/widget", why_url,
	"^([a-z0-9-]+\\.)+[a-z0-9-]+(/[a-z0-9._~%-]+)*$"};
const struct form form_detail = {
	"a word after the '+' of an address, such as widget", why_word,
	"^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*$"};
const struct form form_link = {"a link, such as https://example.org/security",
	why_link, "^https://[^\\s\"<>\\\\^`{|}]+$"};
const struct form form_address = {
	"a mail address, such as security@example.org", why_address,
	"^[!#-'*\\-./0-9=?A-Z^-~]{1,64}@([a-z0-9-]+\\.)+[a-z0-9-]+$"};
const struct form form_zone = {"a time zone, such as Europe/Berlin", why_zone,
	"^(UTC|[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)+)$"};
const struct form form_host = {"a host, such as www.example.org", why_host,
	"^([a-z0-9-]+\\.)+[a-z0-9-]+$"};
const struct form form_other = {
	"a name, such as Gear or \"Gear <https://example.org/gear-security>\"",
	why_other,
	"^(?![a-z]+://)[^<{}\\n]{3,}(<https://[^\\s\"<>\\\\^`{|}]+>)?$"};
const struct form form_phrase = {"a phrase, such as missing security header",
	why_phrase, "^[^\\n]{3,100}$"};
const struct form form_path = {"a folder or file, such as tests/ or setup.py",
	why_path,
	"^(?!\\./)(?!/$)(?!.*//)(?!(.*/)?\\.\\.?(/|$))[^*?\\\\\\n]+$"};
const struct form form_heading = {
	"plain words on one line", why_heading, "^[^#\\n][^\\n]*$"};
const struct form form_language = {"a language, such as en", why_language,
	"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"};
const struct form form_key = {
	"a link to a key, such as https://example.org/pgp-key.txt", why_key,
	"^(https://[^\\s\"<>\\\\^`{|}]+|openpgp4fpr:[!-~]*|dns:[!-~]*)$"};
const struct form form_csaf = {
	"a link, such as https://example.org/.well-known/csaf/provider-metadata.json",
	why_csaf, "^https://[^\\s\"<>\\\\^`{|}]+/provider-metadata\\.json$"};
