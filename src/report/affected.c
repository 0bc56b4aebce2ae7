/*
 * affected.c - what the mail says is affected, and not only mentioned.
 *
 * Three ways to say so: a label ("Affected product: X"), a claim beside the
 * name of a weakness or an effect ("SQL injection in X", "X is vulnerable"),
 * and a host that the steps act on ("curl https://x/", "Host: x"). Each
 * keeps the words there; who knows names finds them in these words. After
 * "unlike" or "similar to" nothing is claimed, and what is denied is not
 * claimed either.
 */
#include <stdlib.h>

#include "report/ascii.h"
#include "report/find.h"

enum {
	LABEL_MAX = 40,   /* bytes of a label, to its colon */
	OBJECT_MAX = 120, /* bytes after "in" */
	ASIDE_REACH = 60, /* from "unlike" to the weakness */
	VALUE_LINES = 5,  /* under a label that ends its line */
};

const char *const affected_names[AFFECTED_COUNT] = {
	[AFFECTED_LABEL] = "label",
	[AFFECTED_CLAIM] = "claim",
	[AFFECTED_TARGET] = "target",
};

static bool
add(struct reading *g, enum affected_how how, struct span s, unsigned line)
{
	s = fact_text(s, 300);
	if (s.n < 2 || g->n_affected == REPORT_MAX_FACTS)
		return false;
	for (size_t i = g->n_affected; i-- > 0 && g->affected[i].line == line;)
		if (g->affected[i].how == how &&
			span_is(s, g->affected[i].text))
			return false;
	if (g->affected == NULL)
		g->affected =
			ARENA_ARRAY(g->a, REPORT_MAX_FACTS, struct affected);
	g->affected[g->n_affected++] =
		(struct affected){how, arena_text(g->a, s), line};
	return true;
}

/* ---- labels ---- */

static bool
is_mark(unsigned char c)
{
	return one_of(c, "*_#>|`-+() \t");
}

static struct span
without_marks(struct span s)
{
	while (s.n > 0 && is_mark(s.p[0]))
		s = span_from(s, 1);
	while (s.n > 0 && is_mark(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Words by their first letter, so that most cost one look. */
enum { BY_LETTER = 8 };
typedef const char *const letters[26][BY_LETTER];

static const letters label_words = {
	['a' - 'a'] = {"affected", "affects", "asset", "application", "app"},
	['c' - 'a'] = {"component", "components"},
	['d' - 'a'] = {"domain", "dependency"},
	['e' - 'a'] = {"endpoint"},
	['h' - 'a'] = {"host", "hostname"},
	['l' - 'a'] = {"library"},
	['m' - 'a'] = {"module"},
	['p' - 'a'] = {"product", "products", "package", "packages", "project",
		"plugin"},
	['r' - 'a'] = {"repository", "repo"},
	['s' - 'a'] = {"software", "site", "scope", "system"},
	['t' - 'a'] = {"target"},
	['u' - 'a'] = {"url"},
	['v' - 'a'] = {"vulnerable"},
	['w' - 'a'] = {"website"},
};
static const letters no_label_words = {
	['a' - 'a'] = {"attacker"},
	['c' - 'a'] = {"code", "callback"},
	['d' - 'a'] = {"documentation", "date"},
	['f' - 'a'] = {"function", "fixed", "file", "files"},
	['h' - 'a'] = {"home", "homepage"},
	['l' - 'a'] = {"line", "lines"},
	['m' - 'a'] = {"method", "my"},
	['n' - 'a'] = {"not"},
	['o' - 'a'] = {"out"},
	['p' - 'a'] = {"parameter", "previous"},
	['r' - 'a'] = {"reference", "references", "related", "release"},
	['s' - 'a'] = {"similar"},
	['u' - 'a'] = {"unaffected", "user", "users"},
	['v' - 'a'] = {"version", "versions"},
};

static bool
is_among(struct span word, letters by)
{
	size_t i = (size_t)to_lower(word.p[0]) - 'a';

	for (size_t k = 0; i < 26 && k < BY_LETTER && by[i][k] != NULL; k++)
		if (is_one_of(word, &by[i][k], 1))
			return true;
	return false;
}

/* "Affected product", "Target URL" ...; not "Affected versions". */
static bool
is_label(struct span s)
{
	struct span rest = s, word;
	bool any = false;
	unsigned n = 0;

	while (span_split(&rest, ' ', &word)) {
		word = without_marks(word);
		if (word.n == 0)
			continue;
		if (++n > 4 || is_among(word, no_label_words))
			return false;
		any = any || is_among(word, label_words);
	}
	return any;
}

/* Where the label at the start of the line ends, past its colon; else 0.
 * "| Product | X |" is one, too. */
static size_t
label_end(struct span s)
{
	size_t from = 0, to;

	while (from < s.n &&
		(is_mark(s.p[from]) || is_digit(s.p[from]) || s.p[from] == '.'))
		from++;
	for (to = from; to < s.n && to - from < LABEL_MAX; to++) {
		if (s.p[to] == ':' && to + 1 < s.n && s.p[to + 1] == '/')
			return 0; /* https:// */
		if (s.p[to] == ':' || (s.p[to] == '|' && to > from + 2))
			return is_label(span_cut(s, from, to)) ? to + 1 : 0;
	}
	return 0;
}

/* It has a colon, is a row of a table, or a heading. */
static bool
may_be_label(const struct lines *l, size_t i)
{
	return (l->v[i].has & HAS_COLON) || l->v[i].shape == SHAPE_HEADING ||
		line_span(l, i).p[0] == '|';
}

static void
label(struct reading *g, size_t i)
{
	const struct lines *l = &g->lines;
	struct span s = line_span(l, i), value;
	bool may = l->v[i].has & HAS_COLON || span_find_byte(s, '|') < s.n;
	size_t end = may ? label_end(s) : 0, k;
	bool bare = l->v[i].shape == SHAPE_HEADING &&
		(end == 0 || end == s.n) &&
		is_label(
			without_marks(span_cut(s, 0, end > 0 ? end - 1 : s.n)));

	if (end == 0 && !bare)
		return;
	value = without_marks(span_from(s, end));
	if (end > 0 && value.n > 0) {
		add(g, AFFECTED_LABEL, value, (unsigned)i + 1);
		return;
	}
	for (k = i + 1; k < l->n && k <= i + VALUE_LINES; k++) {
		if (l->v[k].n == 0 && value.n == 0)
			continue;
		if (!line_is_new(l, k) || l->v[k].shape == SHAPE_HEADING ||
			label_end(line_span(l, k)) > 0)
			break;
		value = without_marks(line_span(l, k));
		add(g, AFFECTED_LABEL, value, (unsigned)k + 1);
		if (l->v[k].shape == SHAPE_PROSE)
			break; /* a list may go on, a sentence says it once */
	}
}

/* ---- claims ---- */

/* Length of "in ", "affecting the " ... that leads to what is affected. */
static size_t
leads_to(struct span s)
{
	static const char *const words[] = {"found in", "exists in",
		"present in", "is in", "was found in", "lies in", "located in",
		"affecting", "affects", "within", "inside", "in", "of", "on",
		"against", "at"};
	size_t n = 0, len;

	/* "vulnerability (XSS) in", "injection vulnerability in" */
	while (n < s.n && n < 40 && one_of(s.p[n], " \t\n)\"'`*"))
		n++;
	for (unsigned skip = 0; skip < 4; skip++) {
		len = begins_any(span_from(s, n), words, ARRAY_LEN(words));
		if (len > 0 && n + len < s.n && s.p[n + len] <= ' ')
			return n + len + 1;
		while (n < s.n && s.p[n] > ' ' && !one_of(s.p[n], ".,;:!?"))
			n++;
		if (n >= s.n || n > 60 || one_of(s.p[n], ".,;:!?"))
			return 0;
		while (n < s.n && (is_blank(s.p[n]) || s.p[n] == '\n'))
			n++;
	}
	return 0;
}

/* Does a line go on what the one before it says? Not an empty one, an item,
 * a rule, or "Label: ...". */
static bool
flows(struct span s)
{
	struct span line = span_cut(s, 0, span_find_byte(s, '\n'));
	size_t colon = span_find_byte(line, ':');

	return line.n > 0 && (is_alnum(line.p[0]) || line.p[0] >= 0x80) &&
		(colon == line.n || colon > LABEL_MAX) &&
		!(is_digit(line.p[0]) && line.n > 1 && line.p[1] == '.');
}

/* s up to where the noun ends: punctuation or a word that starts a clause. */
static struct span
object_of(struct span s)
{
	static const char *const stops[] = {"that", "which", "allows", "when",
		"via", "because", "and", "leads", "due", "where", "through",
		"using", "by", "allowing", "so", "but", "with", "without",
		"before", "after", "if", "while", "can", "could", "is", "are",
		"was", "has", "leading", "unlike", "similar", "like", "as",
		"to", "from", "than", "may", "will", "does"};
	size_t i = 0;

	s = span_cut(s, 0, OBJECT_MAX);
	while (i < s.n) {
		size_t from = i;

		while (i < s.n && s.p[i] > ' ')
			i++;
		if (is_one_of(span_cut(s, from, i), stops, ARRAY_LEN(stops)))
			return span_cut(s, 0, from);
		if (i > from && one_of(s.p[i - 1], ".,;:!?)"))
			return span_cut(s, 0, i - 1);
		if (i < s.n && i > 0 && s.p[i] == '\n' &&
			!flows(span_from(s, i + 1)))
			return span_cut(s, 0, i);
		while (i < s.n && s.p[i] <= ' ')
			i++;
	}
	return s;
}

/* Is there a word of comparison shortly before `at`, in its clause? */
static bool
is_compared(const struct reading *g, size_t line, size_t at)
{
	const struct hits *h = &g->hits[M_ASIDE];
	const struct hit *x = hit_in(h, line > 0 ? line - 1 : 0, line + 1);

	for (; x && x < h->v + h->n && x->at < at; x++)
		if (at - x->end <= ASIDE_REACH) {
			struct span between =
				span_make(g->lines.text + x->end, at - x->end);

			if (span_find_byte(between, ',') == between.n &&
				span_find(between, ". ") == between.n)
				return true;
		}
	return false;
}

static unsigned
line_of(const struct reading *g, unsigned line, size_t at)
{
	while (line < g->lines.n && g->lines.v[line].at <= at)
		line++;
	return line; /* 1-based: the last that begins at or before */
}

/* "... in X" behind each hit of a meaning. */
static void
claims_after(struct reading *g, enum meaning m)
{
	const struct hits *h = &g->hits[m];
	size_t all = strlen(g->lines.text);

	for (size_t k = 0; k < h->n; k++) {
		const struct hit *x = &h->v[k];
		size_t to = x->end + 400 < all ? x->end + 400 : all, n;
		struct span rest = span_make(
			g->lines.text + x->end, to > x->end ? to - x->end : 0);

		/* "injection in": the lead is inside of the phrase itself */
		if (x->end >= x->at + 3 &&
			span_ends_nocase(span_make(g->lines.text + x->at,
						 x->end - x->at),
				" in"))
			n = 1;
		else
			n = leads_to(rest);
		if (n == 0 || x->negated || is_compared(g, x->line, x->at))
			continue;
		add(g, AFFECTED_CLAIM, object_of(span_from(rest, n)),
			line_of(g, x->line, x->end + n));
	}
}

/* "X" before "is vulnerable": its sentence so far, at most one line up. */
static void
claims_before(struct reading *g)
{
	const struct hits *h = &g->hits[M_SUFFERS];
	const char *text = g->lines.text;

	for (size_t k = 0; k < h->n; k++) {
		const struct hit *x = &h->v[k];
		size_t from = x->at;
		size_t line =
			x->line > 0 && line_is_new(&g->lines, x->line - 1) ?
			x->line - 1 :
			x->line;

		while (from > g->lines.v[line].at &&
			x->at - from < OBJECT_MAX &&
			!(strchr(".!?;,", text[from - 1]) &&
				(text[from] == ' ' || text[from] == '\n')))
			from--;
		if (x->negated || x->at == from ||
			is_compared(g, x->line, x->at))
			continue;
		while (from < x->at && (text[from] & 0xc0) == 0x80)
			from++;
		add(g, AFFECTED_CLAIM, span_make(text + from, x->at - from),
			x->line + 1);
	}
}

/* The subject claims as a sentence does. */
static void
claims_of_subject(struct reading *g)
{
	struct span s = span_cut(span_of(g->m->subject), 0, 600);
	struct word w[60];
	uint8_t len[MEANING_COUNT];
	size_t used, n = words_cut(s, 0, 0, w, ARRAY_LEN(w), &used), lead;

	for (size_t i = 0; i < n; i++) {
		uint64_t found = words_match(w + i, n - i, len);

		if (found >> M_ASIDE & 1)
			return;
		if (found >> M_SUFFERS & 1)
			add(g, AFFECTED_CLAIM, span_cut(s, 0, w[i].at), 0);
		for (unsigned m = 0; m < MEANING_COUNT; m++) {
			if (!(found >> m & 1) ||
				(m != M_CLASS && m != M_EFFECT &&
					m != M_VULNWORD))
				continue;
			const struct word *last = &w[i + len[m] - 1];
			size_t end = last->at + last->n;
			bool in = span_is_nocase(
				span_cut(s, last->at, end), "in");

			lead = in ? 1 : leads_to(span_from(s, end));
			if (lead > 0)
				add(g, AFFECTED_CLAIM,
					object_of(span_from(s, end + lead)), 0);
		}
	}
}

/* ---- targets ---- */

static bool
is_request(struct span s)
{
	static const char *const verbs[] = {"GET ", "POST ", "PUT ", "DELETE ",
		"PATCH ", "HEAD ", "OPTIONS "};

	for (size_t i = 0; is_upper(s.p[0]) && i < ARRAY_LEN(verbs); i++)
		if (starts(s, verbs[i]))
			return span_find(s, " HTTP/") < s.n ||
				span_find(s, "://") < s.n;
	return false;
}

/* Programs that act on the host they are given. */
static bool
is_probe(struct span s)
{
	static const char *const tools[] = {"curl ", "wget ", "http ", "https ",
		"nmap ", "sqlmap ", "nikto ", "ffuf ", "gobuster ", "dirb ",
		"nuclei ", "openssl s_client ", "testssl", "dig ", "ab ",
		"hydra ", "httpx ", "dirsearch ", "wfuzz ", "sslscan "};

	while (s.n > 0 &&
		(is_blank(s.p[0]) || s.p[0] == '$' || s.p[0] == '#' ||
			s.p[0] == '>' || s.p[0] == '`'))
		s = span_from(s, 1);
	return s.n > 0 && may_be_letter(s.p[0], "cwhnsfgdota") &&
		begins_any(s, tools, ARRAY_LEN(tools)) > 0;
}

/* "Open https://...", "Go to https://... and log in" as an instruction. */
static bool
is_visit(const struct reading *g, size_t i, struct span s)
{
	static const char *const verbs[] = {"go to ", "open ", "visit ",
		"navigate to ", "browse to ", "log in to ", "login to ",
		"log into ", "request ", "send a request to ", "load ",
		"access ", "intercept "};
	struct span body = line_body(&g->lines, i);

	if (!(g->lines.v[i].has & HAS_SLASH) || span_find(s, "://") == s.n)
		return false;
	body = span_trim(body);
	if (span_starts_nocase(body, "then "))
		body = span_from(body, 5);
	return begins_any(body, verbs, ARRAY_LEN(verbs)) > 0;
}

static void
target(struct reading *g, size_t i, bool *request)
{
	const struct line *l = &g->lines.v[i];
	const uint32_t link = HAS_COLON | HAS_SLASH;
	bool links = (l->has & link) == link;
	struct span s = line_span(&g->lines, i);

	if (*request && span_starts_nocase(s, "host:")) {
		add(g, AFFECTED_TARGET, span_from(s, 5), (unsigned)i + 1);
		*request = false;
		return;
	}
	if (s.n < 5)
		return;
	if (is_upper(s.p[0]) && is_request(s)) {
		*request = true;
		if (span_find(s, "://") < s.n)
			add(g, AFFECTED_TARGET, s, (unsigned)i + 1);
		return;
	}
	if (is_probe(s) || (l->body > 0 && is_probe(line_body(&g->lines, i))) ||
		(links && is_visit(g, i, s)))
		add(g, AFFECTED_TARGET, s, (unsigned)i + 1);
}

static int
by_line(const void *a, const void *b)
{
	const struct affected *x = a, *y = b;

	if (x->line != y->line)
		return x->line > y->line ? 1 : -1;
	return (int)x->how - (int)y->how;
}

void
affected_find(struct reading *g)
{
	bool request = false;

	claims_of_subject(g);
	for (size_t i = 0; i < g->lines.n; i++) {
		if (!line_is_new(&g->lines, i))
			continue;
		if (!g->lines.v[i].fenced && may_be_label(&g->lines, i))
			label(g, i);
		target(g, i, &request);
	}
	claims_after(g, M_CLASS);
	claims_after(g, M_VULNWORD);
	claims_after(g, M_EFFECT);
	claims_before(g);
	if (g->n_affected > 1)
		qsort(g->affected, g->n_affected, sizeof *g->affected, by_line);
	g->r->affected = g->affected;
	g->r->n_affected = g->n_affected;
}
