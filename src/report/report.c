/*
 * report.c - the order in which facts are found.
 *
 * Cut, tell quotation from new text, give shapes, read the words once; then
 * each finder adds its facts. Those that rest on words of a language are
 * left out where the language is not known: an absent fact is honest, a
 * guessed one is not. What has the same form everywhere (links, ids,
 * versions) is found in any language.
 */
#include "report/find.h"

const char *const looks_like_names[LOOKS_COUNT] = {"vulnerability", "bug",
	"question", "support", "spam", "other", "unknown"};

static void
find_new_text(struct reading *g)
{
	const struct lines *l = &g->lines;
	struct line_range *v;
	size_t n = 0;
	bool inside = false;

	for (size_t i = 0; i < l->n; i++) {
		bool is_new = l->v[i].kind == LINE_NEW;

		n += is_new && !inside;
		inside = is_new;
	}
	v = ARENA_ARRAY(g->a, n + 1, struct line_range);
	n = 0;
	inside = false;
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].kind != LINE_NEW) {
			n += inside;
			inside = false;
		} else if (l->v[i].n > 0) {
			if (!inside)
				v[n].from = (unsigned)i + 1;
			inside = true;
			v[n].to = (unsigned)i + 1;
		}
	}
	g->r->new_text = v;
	g->r->n_new_text = n + inside;
}

static struct cites
cites_of(const struct facts *f)
{
	return (struct cites){f->v, f->n};
}

static void
hand_over(struct reading *g)
{
	struct report *r = g->r;

	r->cwe = g->cwe;
	r->n_cwe = g->n_cwe;
	r->cvss = g->cvss;
	r->n_cvss = g->n_cvss;
	r->severity = cites_of(&g->severity);
	r->versions = cites_of(&g->versions);
	r->commits = cites_of(&g->commits);
	r->files = cites_of(&g->files);
	r->functions = cites_of(&g->functions);
	r->urls = cites_of(&g->urls);
	r->cves = cites_of(&g->cves);
	r->public_ = cites_of(&g->public_);
	r->exploited = cites_of(&g->exploited);
	r->placeholders = cites_of(&g->placeholders);
	r->releases = cites_of(&g->releases);
	for (size_t i = 0; i < SIGN_COUNT; i++)
		r->signs[i] = cites_of(&g->signs[i]);
	r->public_links = cites_of(&g->public_links);
	r->claims = g->claims;
	r->n_claims = g->n_claims;
	r->because = g->because.v;
	r->n_because = g->because.n;
}

const struct report *
report_find(struct arena *a, const struct message *m)
{
	struct reading *g = ARENA_NEW(a, struct reading);

	g->a = a;
	g->m = m;
	g->r = ARENA_NEW(a, struct report);
	g->lines = lines_cut(a, m->text);
	quote_find(&g->lines, m);
	footer_find(&g->lines);
	shape_find(&g->lines);
	words_find(g);
	find_new_text(g);
	names_find_all(g);
	g->r->understood = language_is_known(g);
	code_claims_find(g);
	placeholders_find(g);
	severity_find(g);
	if (g->r->understood) {
		steps_find(g);
		public_find(g);
		exploited_find(g);
		signs_find(g);
	}
	if (!g->r->understood)
		steps_find_shape(g);
	runs_find(g);
	affected_find(g);
	releases_find(g);
	title_find(g);
	contact_find(g);
	looks_find(g);
	findings_find(g);
	hand_over(g);
	return g->r;
}
