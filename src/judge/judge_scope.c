/*
 * judge_scope.c - is what the mail is about in the policy's scope?
 *
 * Three things the desk can show by itself, and then proposes: the website,
 * another product, a dependency named as what is affected while the product
 * is not. Of the others it collects the lines and a person decides; a
 * release that is not found is unknown, never held against anyone.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "judge/judge_clause.h"

enum { LINES_MAX = 40 };

static const struct cites no_cites = {NULL, 0};

/* `line 4: "..."` of the first cite, for staff. */
static const char *
quote(const struct judging *j, struct cites c)
{
	return c.n > 0 ? arena_printf(j->a, "line %u: \"%s\"", c.v[0].line,
				 c.v[0].text) :
			 NULL;
}

/* Signs, and phrases of the policy's own: a person decides. */
static struct clause_result
by_signs(const struct judging *j, const struct clause *c, struct cites one,
	struct cites two, const char *found, const char *none)
{
	unsigned lines[LINES_MAX];
	size_t n = phrases_find(j, c->scope.words, lines, LINES_MAX);
	struct clause_result res;

	for (size_t i = 0; i < one.n && n < LINES_MAX; i++)
		lines[n++] = one.v[i].line;
	for (size_t i = 0; i < two.n && n < LINES_MAX; i++)
		lines[n++] = two.v[i].line;
	if (n == 0)
		return result_of(RES_UNKNOWN, none);
	res = result_lines(j->a, result_of(RES_UNKNOWN, found), lines, n);
	res.shown = quote(j, one.n > 0 ? one : two);
	return res;
}

/* ---- releases ---- */

static const char *
release_shown(const struct judging *j)
{
	const struct evidence *ev = j->ev;
	const char *text = NULL;

	for (size_t i = 0; i < ev->n_versions && i < 20; i++) {
		const struct version_evidence *v = &ev->versions[i];
		const char *is = v->status == RELEASE_CONFIRMED ?
			arena_printf(j->a, "tag %s", v->tag) :
			release_status_names[v->status];

		text = arena_printf(j->a, "%s%s\"%s\": %s", text ? text : "",
			text ? "; " : "", v->stated, is);
	}
	return text;
}

/* The strongest word: what is confirmed counts, the rest is told. */
static struct clause_result
tagged_releases(const struct judging *j, const struct clause *c)
{
	static const struct {
		enum release_status status;
		enum result result;
		const char *because;
	} rows[] = {{RELEASE_CONFIRMED, RES_MET,
			    "a version that is named is a tagged release"},
		{RELEASE_UNTAGGED, RES_UNKNOWN,
			"the commit that is named is in no tagged release"},
		{RELEASE_BRANCH, RES_UNKNOWN,
			"a branch is named, and no release"},
		{RELEASE_NONE, RES_UNKNOWN,
			"we could not find the version that is named among "
			"the releases"},
		{RELEASE_UNKNOWN, RES_UNKNOWN,
			"the mirror does not tell what the version that is "
			"named is"}};
	const struct evidence *ev = j->ev;
	unsigned lines[LINES_MAX];
	struct clause_result res;

	(void)c;
	if (ev == NULL)
		return result_of(RES_UNKNOWN,
			"there is no mirror to look for releases in");
	if (ev->n_versions == 0)
		return result_of(RES_UNKNOWN,
			"no version is named, and none is required");
	for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
		size_t n = 0;

		for (size_t i = 0; i < ev->n_versions; i++)
			if (ev->versions[i].status == rows[k].status &&
				n < LINES_MAX)
				lines[n++] = ev->versions[i].line;
		if (n == 0)
			continue;
		res = result_lines(j->a,
			result_of(rows[k].result, rows[k].because), lines, n);
		res.shown = release_shown(j);
		return res;
	}
	return result_by_person();
}

/* ---- as documented ---- */

/* Links into the product's own documentation. */
static struct cites
documentation_links(const struct judging *j)
{
	const struct product *p = &j->p->product;
	const struct cites *urls = &j->r->urls;
	struct cite *v = ARENA_ARRAY(j->a, urls->n + 1, struct cite);
	size_t n = 0;

	for (size_t i = 0; i < urls->n; i++) {
		struct span s = span_of(urls->v[i].text);
		bool own = false;

		for (size_t k = 0; k < p->n_urls; k++)
			own = own || span_find_nocase(s, p->urls[k]) < s.n;
		for (size_t k = 0; k < p->n_repositories; k++)
			own = own ||
				(span_find_nocase(s, p->repositories[k]) <
						s.n &&
					(span_find_nocase(s, "readme") < s.n ||
						span_find(s, "/docs/") < s.n));
		if (own)
			v[n++] = urls->v[i];
	}
	return (struct cites){v, n};
}

static struct clause_result
as_documented(const struct judging *j, const struct clause *c)
{
	const struct cites *signs = j->r->signs;
	struct cites links = documentation_links(j);

	if (signs[SIGN_UNDOCUMENTED].n > 0)
		return by_signs(j, c, signs[SIGN_UNDOCUMENTED], no_cites,
			"the mail says that the documentation says otherwise; "
			"a person decides",
			"");
	if (signs[SIGN_DOCUMENTED].n + links.n > 0)
		return by_signs(j, c, signs[SIGN_DOCUMENTED], links,
			"the mail rests on the documentation; a person "
			"compares",
			"");
	return by_signs(j, c, signs[SIGN_CONFIGURATION], no_cites,
		"the mail quotes a configuration; a person compares it with "
		"the documentation",
		"nothing in the mail says how it was set up");
}

/* ---- what else is affected ---- */

static const char *
things_shown(const struct judging *j, const struct thing *v, size_t n)
{
	const char *text = NULL;

	for (size_t i = 0; i < n && i < 10; i++) {
		const struct dependency *d = v[i].dependency;

		text = arena_printf(j->a, "%s%s%s", text ? text : "",
			text ? "; " : "", v[i].name);
		if (d != NULL)
			text = arena_printf(j->a, "%s (%s%sdeclared in %s%s%s)",
				text, d->requirement ? d->requirement : "",
				d->requirement ? ", " : "", d->declared_in,
				j->ev->tag ? " at " : "",
				j->ev->tag ? j->ev->tag : "");
		if (v[i].link.n > 0)
			text = arena_printf(
				j->a, "%s <%.*s>", text, SPAN_FMT(v[i].link));
	}
	return text;
}

/* Affected, and the product is not: proposed. Both, or only acted on beside
 * a product that is named: a person decides. */
static struct clause_result
by_things(const struct judging *j, const struct thing *v, size_t n, bool sure,
	const char *it, const char *both, const char *none)
{
	unsigned lines[THINGS_MAX + 1];
	bool breached = sure && !j->product.affected;
	size_t k = 0;
	struct clause_result res;

	if (n == 0)
		return result_of(RES_UNKNOWN, none);
	for (size_t i = 0; i < n; i++)
		lines[k++] = v[i].line;
	if (!breached)
		lines[k++] = j->product.line;
	res = result_lines(j->a,
		result_of(breached ? RES_BREACHED : RES_UNKNOWN,
			breached ? it : both),
		lines, k);
	res.shown = things_shown(j, v, n);
	return res;
}

static bool
any_sure(const struct thing *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].sure)
			return true;
	return false;
}

/* A host that is only acted on is enough, where no product is affected and
 * the mail does not lead to its code: steps may begin at a page of ours. */
static struct clause_result
website(const struct judging *j, const struct clause *c)
{
	struct thing v[THINGS_MAX];
	size_t n = things_hosts(j->r, c->scope.hosts, v);

	return by_things(j, v, n, any_sure(v, n) || !links_product(j->p, j->r),
		"a host of the website is named as what is affected; a person "
		"decides",
		"the mail names a host of the website and the product; a "
		"person decides",
		"we found nothing that says that the website is affected");
}

static struct clause_result
other_codebases(const struct judging *j, const struct clause *c)
{
	struct thing v[THINGS_MAX];
	size_t n = things_names(j->a, j->r, c->scope.names, v);
	struct clause_result res;

	if (n > 0)
		return by_things(j, v, n, any_sure(v, n),
			"another product is named as what is affected; a "
			"person decides",
			"another product is named beside this one; a person "
			"decides",
			"");
	if (j->route.by != NULL && strcmp(j->route.by, "organisation") == 0)
		return result_at(j->a,
			result_of(RES_UNKNOWN,
				"another repository of the organisation is "
				"named, which has no policy here; a person "
				"decides"),
			j->route.line.from, j->route.line.to);
	n = things_repositories(j->p, j->r, v);
	res = by_things(j, v, n, false, "",
		"another repository is named as what is affected; a person "
		"decides",
		"we found no other product named as what is affected");
	return res;
}

static struct clause_result
dependencies(const struct judging *j, const struct clause *c)
{
	struct thing v[THINGS_MAX];
	size_t n = things_names(j->a, j->r, c->scope.names, v);

	if (n == 0)
		n = things_dependencies(j->a, j->r, j->ev, v);
	if (n == 0 && j->ev == NULL)
		return by_signs(j, c, no_cites, no_cites,
			"the mail has words that speak of a dependency; a "
			"person decides",
			"there is no mirror to tell what the product depends "
			"on");
	if (n == 0)
		return by_signs(j, c, no_cites, no_cites,
			"the mail has words that speak of a dependency; a "
			"person decides",
			"we found no dependency named as what is affected");
	return by_things(j, v, n, any_sure(v, n),
		"a package that the product depends on is named as what is "
		"affected; a person decides",
		"a dependency is named; whether the flaw is its own or in how "
		"it is used, a person decides",
		"");
}

static struct clause_result
other_systems(const struct judging *j, const struct clause *c)
{
	struct thing v[THINGS_MAX];
	size_t n = things_names(j->a, j->r, c->scope.names, v);

	if (n > 0)
		return by_things(j, v, n, any_sure(v, n),
			"another system is named as what is affected; a "
			"person decides",
			"another system is named beside the product; a person "
			"decides",
			"");
	return by_signs(j, c, j->r->signs[SIGN_OTHER_SYSTEM], no_cites,
		"the mail speaks of a system beside the product; a person "
		"decides",
		"we found no other system that is affected");
}

struct clause_result
judge_scope(const struct judging *j, const struct clause *c)
{
	const struct cites *signs = j->r->signs;

	if (!j->r->understood)
		return result_not_understood();
	switch (c->scope.about) {
	case ABOUT_TAGGED_RELEASES:
		return tagged_releases(j, c);
	case ABOUT_AS_DOCUMENTED:
		return as_documented(j, c);
	case ABOUT_OTHER_CODEBASES:
		return other_codebases(j, c);
	case ABOUT_WEBSITE:
		return website(j, c);
	case ABOUT_DEPENDENCIES:
		return dependencies(j, c);
	case ABOUT_UNINTENDED_CONFIGURATION:
		return by_signs(j, c, signs[SIGN_MODIFIED],
			signs[SIGN_UNINTENDED],
			"the mail speaks of changed code or of an unusual "
			"configuration; a person decides",
			"nothing in the mail says that code was changed or "
			"that it was run in an unusual configuration");
	case ABOUT_OTHER_SYSTEMS:
		return other_systems(j, c);
	case ABOUT_BROWSER_COOKIES:
		return by_signs(j, c, signs[SIGN_COOKIE], no_cites,
			"the mail tells of a cookie that was carried to "
			"another browser; a person decides",
			"nothing in the mail tells of a cookie that was "
			"carried to another browser");
	case ABOUT_OTHER:
		return by_signs(j, c, no_cites, no_cites,
			"the mail has words that speak of it; a person "
			"decides",
			"a person decides this");
	}
	return result_by_person();
}

struct clause_result
judge_out_of_scope(const struct judging *j, const struct clause *c)
{
	(void)c;
	if (!j->r->understood)
		return result_not_understood();
	for (size_t i = 0; i < j->p->n_clauses; i++) {
		const struct clause *x = &j->p->clauses[i];
		struct clause_result res;

		if (x->kind != CLAUSE_SCOPE || x->scope.in)
			continue;
		res = judge_scope(j, x);
		if (res.result != RES_BREACHED)
			continue;
		res.result = RES_UNKNOWN;
		res.because = "what is affected is out of scope, as it seems; "
			      "until a person confirms it, every clock runs";
		res.shown = x->id;
		return res;
	}
	return result_of(
		RES_NOT_APPLICABLE, "nothing shows that it is out of scope");
}
