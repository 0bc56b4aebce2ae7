/*
 * code_claims.c - what a report says about the code, and in which file.
 *
 * A function or a line is said to be in a file by words that join the two
 * ("load() in utils.py"), or by standing in one sentence with it, behind it
 * ("utils.py, line 88"); where a verb of calling stands between them it is
 * in another place. Without such a sign it is in no file: a person sees
 * where it exists. Every look from one mention to another is bounded.
 */
#include "report/code_claims.h"
#include "base/utf8.h"

const char *const code_claim_names[CODE_COUNT] = {
	"file", "line", "function", "class", "commit", "quote"};

enum { JOIN_MAX = 48, SENTENCE_NEAR = 160, RECENT_LINES = 4 };

/* ---- out ---- */

static bool
same_text(const char *have, struct span s)
{
	return have == NULL ? s.n == 0 :
			      strlen(have) == s.n &&
			(s.n == 0 || memcmp(have, s.p, s.n) == 0);
}

static struct span
dotted(struct arena *a, struct span name)
{
	char *out = arena_text(a, name), *to = out;

	for (const char *p = out; *p; p++)
		if (p[0] == ':' && p[1] == ':') {
			*to++ = '.';
			p++;
		} else {
			*to++ = *p;
		}
	*to = '\0';
	return span_of(out);
}

void
claim_add(struct reading *g, struct code_claim c, struct span text,
	struct span file)
{
	if (g->claims == NULL)
		g->claims =
			ARENA_ARRAY(g->a, REPORT_MAX_FACTS, struct code_claim);
	if (g->n_claims == REPORT_MAX_FACTS)
		return;
	if (c.kind == CODE_FUNCTION && span_find(text, "::") < text.n)
		text = dotted(g->a, text);
	if (c.kind != CODE_QUOTE)
		text = fact_text(text, FACT_TEXT);
	file = fact_text(file, FACT_TEXT);
	for (size_t i = 0; i < g->n_claims; i++) {
		struct code_claim *o = &g->claims[i];

		if (o->kind != c.kind || !same_text(o->text, text))
			continue;
		if (same_text(o->file, file) && o->from == c.from &&
			o->to == c.to)
			return;
		/* "load() ... load() in utils.py": said more exactly */
		if (c.kind != CODE_LINE && c.kind != CODE_QUOTE &&
			o->from == 0 && c.from == 0 &&
			(o->file == NULL || file.n == 0)) {
			if (o->file == NULL && file.n > 0)
				o->file = arena_text(g->a, file);
			return;
		}
	}
	c.text = text.n ? arena_text(g->a, text) : NULL;
	c.file = file.n ? arena_text(g->a, file) : NULL;
	g->claims[g->n_claims++] = c;
}

/* ---- between two mentions ---- */

static bool
sentence_ends(const char *text, size_t from, size_t to)
{
	for (size_t i = from; i + 1 < to; i++) {
		if (one_of((unsigned char)text[i], ".!?;") &&
			one_of((unsigned char)text[i + 1], " \n\t"))
			return true;
		if (text[i] == '\n' &&
			one_of((unsigned char)text[i + 1], "-*+|0123456789"))
			return true;
	}
	return false;
}

static const char *const joins[] = {"in", "is", "lives", "ist", "est", "of",
	"from", "at", "inside", "within", "the", "file", "module", "on",
	"located", "found", "defined", "and", "der", "datei", "von", "aus",
	"dans", "le", "fichier", "de", "du", "en", "el", "archivo", "del",
	"line", "lines", "function", "method", "class", "see", "under"};
static const char *const calls[] = {"call", "calls", "called", "calling",
	"invoke", "invokes", "invoked", "use", "uses", "using", "import",
	"imports", "imported", "pass", "passes", "passed", "reaches", "into",
	"via", "through", "by", "before", "then", "and", "but", "to", "than",
	"without", "instead"};

/* Every word between is one of the list, or a number; `any`: at least one
 * is. */
static bool
words_between(struct span gap, const char *const *list, size_t n, bool any)
{
	bool all = true, some = false;

	for (size_t i = 0; i < gap.n;) {
		size_t to = i;

		while (to < gap.n && (is_alnum(gap.p[to]) || gap.p[to] >= 0x80))
			to++;
		if (to > i) {
			bool is = (!any && is_digit(gap.p[i])) ||
				is_one_of(span_cut(gap, i, to), list, n);

			some = some || is;
			all = all && is;
		}
		i = to + 1;
	}
	return any ? some : all;
}

static bool
joined(const struct passage *p, size_t from, size_t to)
{
	struct span gap = span_make(p->text + from, to - from);

	return to - from <= JOIN_MAX && !sentence_ends(p->text, from, to) &&
		words_between(gap, joins, ARRAY_LEN(joins), false);
}

static int
file_before(const struct passage *p, size_t i)
{
	while (i > 0)
		if (p->v[--i].kind == MENTION_FILE)
			return (int)i;
	return NO_FILE;
}

static int
file_behind(const struct passage *p, size_t i)
{
	for (size_t k = i + 1; k < p->n && k < i + 4; k++)
		if (p->v[k].kind == MENTION_FILE)
			return (int)k;
	return NO_FILE;
}

static size_t
files_of(const struct passage *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->v[i].kind == MENTION_FILE;
	return n;
}

/* The file that mention i is said to be in. *close: by words that join. */
static int
file_of(const struct passage *p, size_t i, size_t n_files, bool *close)
{
	const struct mention *m = &p->v[i];
	int before = file_before(p, i), behind = file_behind(p, i);
	size_t from = before < 0 ? 0 : p->v[before].end;
	bool sentence = before >= 0 && m->at - from <= SENTENCE_NEAR &&
		!sentence_ends(p->text, from, m->at);

	*close = true;
	if (behind >= 0 && joined(p, m->end, p->v[behind].at) &&
		!(m->kind == MENTION_LINES && before >= 0 &&
			joined(p, from, m->at) && m->at - from < 6))
		return behind;
	if (before >= 0 && joined(p, from, m->at))
		return before;
	*close = false;
	if (m->labelled && n_files == 1 && before >= 0)
		return before;
	if (m->kind == MENTION_LINES)
		return sentence || n_files == 1 ? before : NO_FILE;
	if (!sentence || m->kind == MENTION_QUOTE ||
		words_between(span_make(p->text + from, m->at - from), calls,
			ARRAY_LEN(calls), true))
		return NO_FILE;
	return before;
}

/* ---- a passage ---- */

/* The lines that stand with mention i and its file, if only one such. */
static void
lines_of(const struct passage *p, size_t i, const int *file, unsigned *from,
	unsigned *to)
{
	const struct mention *f = &p->v[file[i]];
	size_t n = f->from > 0;

	*from = f->from;
	*to = f->to;
	for (size_t k = 0; k < p->n; k++)
		if (p->v[k].kind == MENTION_LINES && file[k] == file[i]) {
			*from = p->v[k].from;
			*to = p->v[k].to;
			n++;
		}
	if (n != 1)
		*from = *to = 0;
}

static void
emit(struct reading *g, const struct passage *p, size_t i, const int *file,
	const bool *close)
{
	static const enum code_claim_kind kinds[] = {
		CODE_FILE, CODE_LINE, CODE_FUNCTION, CODE_CLASS, CODE_QUOTE};
	const struct mention *m = &p->v[i];
	struct code_claim c = {.kind = kinds[m->kind], .line = m->line};
	struct span path = file[i] == NO_FILE ? SPAN_NONE : p->v[file[i]].text;

	switch (m->kind) {
	case MENTION_FILE:
		claim_add(g, c, m->text, SPAN_NONE);
		if (m->from == 0)
			return;
		c.kind = CODE_LINE;
		c.from = m->from;
		c.to = m->to;
		claim_add(g, c, SPAN_NONE, m->text);
		return;
	case MENTION_LINES:
		c.from = m->from;
		c.to = m->to;
		if (path.n > 0)
			claim_add(g, c, SPAN_NONE, path);
		return;
	case MENTION_QUOTE:
		if (file[i] != NO_FILE)
			lines_of(p, i, file, &c.from, &c.to);
		if (c.from > 0 && close[i])
			claim_add(g, c, m->text, path);
		return;
	case MENTION_FUNCTION:
	case MENTION_CLASS:
		if (file[i] != NO_FILE && close[i])
			lines_of(p, i, file, &c.from, &c.to);
		claim_add(g, c, m->text, path);
	}
}

/* What stays of a passage for the next: a file that was introduced. */
struct context {
	struct mention file; /* text.n 0: none */
	size_t line;         /* the last one of its passage */
	bool colon;          /* its passage ended so */
};

static void
passage_emit(struct reading *g, struct passage *p, struct context *c)
{
	int file[MENTIONS_MAX];
	bool close[MENTIONS_MAX];
	size_t n_files = files_of(p), own = p->n;
	bool recent = c->file.text.n > 0 && n_files == 0 &&
		p->n < MENTIONS_MAX &&
		(c->colon || p->first <= c->line + RECENT_LINES);

	if (recent) /* as a mention that is emitted no more */
		p->v[p->n++] = c->file;
	for (size_t i = 0; i < own; i++) {
		const struct mention *m = &p->v[i];

		close[i] = false;
		file[i] = m->kind == MENTION_FILE ?
			(int)i :
			file_of(p, i, n_files, &close[i]);
		if (file[i] == NO_FILE && recent &&
			(m->labelled || (c->colon && m->kind == MENTION_LINES)))
			file[i] = (int)own;
	}
	p->n = own;
	for (size_t i = 0; i < own; i++)
		emit(g, p, i, file, close);
	for (size_t i = own; i > 0; i--)
		if (p->v[i - 1].kind == MENTION_FILE) {
			c->file = p->v[i - 1];
			break;
		}
	if (n_files > 0 || !c->colon) {
		c->line = n_files > 0 ? p->last : c->line;
		c->colon = n_files > 0 && p->end > p->at &&
			p->text[p->end - 1] == ':';
	}
}

/* ---- before a block of code ---- */

static bool
has_word(struct span s, const char *const *list, size_t n)
{
	return words_between(s, list, n, true);
}

/* The last sentence of the passage, for the block right below. */
static struct intro
intro_of(const struct passage *p, const struct context *c, size_t block)
{
	static const char *const shows[] = {"vulnerable", "affected",
		"offending", "problematic", "relevant", "faulty", "insecure",
		"unsafe", "flawed", "defined", "implemented", "implementation",
		"source", "snippet", "excerpt", "reads", "contains", "code",
		"quellcode", "stelle", "fonction", "código"};
	static const char *const own[] = {"poc", "concept", "exploit",
		"exploits", "payload", "change", "proposed", "update", "apply",
		"fix", "fixed", "patch", "patched", "suggest", "suggested",
		"suggestion", "recommended", "recommend", "mitigation",
		"remediation", "should", "instead", "replace", "create", "save",
		"saved", "run", "running", "execute", "send", "request",
		"response", "output", "script", "reproduce", "reproducer",
		"malicious", "attacker", "config", "configuration", "example",
		"following yaml", "test", "logs", "log", "traceback", "result",
		"returns", "correct", "safe", "secure", "use", "using", "put",
		"add"};
	struct intro in = {0};

	if (p->last < p->first || p->end == 0 || block > p->last + 2)
		return in;
	size_t from = p->end > p->at + 300 ? p->end - 300 : p->at;
	for (size_t i = p->end; i > from + 1; i--)
		if (sentence_ends(p->text, i - 2, i)) {
			from = i;
			break;
		}
	struct span s = span_make(p->text + from, p->end - from);
	in.is = true;
	in.colon = s.n > 0 && s.p[s.n - 1] == ':';
	in.shows = has_word(s, shows, ARRAY_LEN(shows));
	in.own = has_word(s, own, ARRAY_LEN(own));
	for (size_t i = 0; i < p->n; i++) {
		const struct mention *m = &p->v[i];

		if (m->at < from)
			continue;
		if (m->kind == MENTION_FILE) {
			in.file = m->text;
			in.from = m->from;
			in.to = m->to;
		} else if (m->kind == MENTION_LINES && in.file.n > 0) {
			in.from = m->from;
			in.to = m->to;
		} else if (m->kind != MENTION_QUOTE) {
			in.name = true;
		}
	}
	/* "In utils.py the loader does this. The code:" */
	if (in.file.n == 0 && in.shows && c->file.text.n > 0 &&
		c->line == p->last && files_of(p) == 1) {
		in.file = c->file.text;
	}
	return in;
}

/* ---- the text ---- */

static void
passage_start(struct passage *p, const struct reading *g, size_t i)
{
	p->n = 0;
	p->first = p->last = i;
	p->at = p->end = g->lines.v[i].at;
	p->text = g->lines.text;
	memset(p->word, 0, sizeof p->word);
}

static void
commits(struct reading *g)
{
	for (size_t i = 0; i < g->commits.n; i++) {
		struct span id = span_of(g->commits.v[i].text);
		char *lower = arena_text(g->a, id);
		bool hex = id.n >= 7 && id.n <= 40;

		for (size_t k = 0; k < id.n; k++) {
			hex = hex && is_hex(id.p[k]);
			lower[k] = (char)to_lower(id.p[k]);
		}
		if (hex && g->commits.v[i].line > 0)
			claim_add(g,
				(struct code_claim){.kind = CODE_COMMIT,
					.line = g->commits.v[i].line},
				span_of(lower), SPAN_NONE);
	}
}

/* Code, and not a sentence that begins with "class" or "from". */
static bool
is_code_line(const struct reading *g, size_t i)
{
	const struct line *l = &g->lines.v[i];
	struct span s = line_span(&g->lines, i);

	return l->kind == LINE_NEW &&
		(l->shape == SHAPE_FENCE ||
			(l->shape == SHAPE_CODE &&
				(l->fenced || l->indent > 3 ||
					span_find_byte(s, '`') == s.n)));
}

static bool
is_markdown_heading(const struct reading *g, size_t i)
{
	const struct line *l = &g->lines.v[i];

	return l->shape == SHAPE_HEADING && l->n > 0 &&
		g->lines.text[l->at] == '#';
}

void
code_claims_find(struct reading *g)
{
	struct passage *p = ARENA_NEW(g->a, struct passage);
	struct context context = {0};
	bool open = false;

	for (size_t i = 0; i < g->lines.n;) {
		const struct line *l = &g->lines.v[i];
		bool is_diff = code_is_diff(g, i, g->lines.n);
		bool is_code = !is_diff && is_code_line(g, i);
		bool prose = line_is_new(&g->lines, i) && !is_code && !is_diff;

		if (open &&
			(!prose || p->n > MENTIONS_MAX / 2 ||
				is_markdown_heading(g, i))) {
			passage_emit(g, p, &context);
			open = false;
		}
		if (is_diff) {
			i = code_diff(g, i, g->lines.n);
			continue;
		}
		if (is_code) {
			struct intro in = intro_of(p, &context, i);

			i = code_block(g, i, &in);
			continue;
		}
		if (prose &&
			!code_trace(g, i, span_trim(line_span(&g->lines, i)))) {
			if (!open)
				passage_start(p, g, i);
			open = true;
			mentions_in(g, p, i);
			p->last = i;
			p->end = l->at + l->n;
		}
		i++;
	}
	if (open)
		passage_emit(g, p, &context);
	commits(g);
}
