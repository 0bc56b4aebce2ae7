/*
 * public.c - does the report say, or show by a link, that it is public?
 *
 * A claim counts where it is neither denied, nor planned, nor asked. A link
 * to an issue, a post or a video counts only where the words beside it say
 * that it is about this flaw: most links in a report are background. One of
 * which the words say neither is kept apart, for a person to look at.
 */
#include "report/find.h"

static bool
is_public_place(struct span url)
{
	static const char *const places[] = {"/issues/", "/pull/",
		"/discussions/", "/merge_requests/", "gist.github.com/",
		"twitter.com/", "//x.com/", "reddit.com/", "medium.com/",
		"youtube.com/", "youtu.be/", "linkedin.com/", "exploit-db.com/",
		"packetstormsecurity", "seclists.org/", "openwall.com/",
		"news.ycombinator", "stackoverflow.com/", "/blog", "blog.",
		"mastodon", "infosec.exchange", "hackerone.com/reports",
		"huntr.", "t.me/", "pastebin.com/", "dev.to/", "/writeup",
		"/write-up", "substack.com/"};

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (span_find_nocase(url, places[i]) < url.n)
			return true;
	return false;
}

/* Neither denied nor only planned. */
static bool
is_claim(const struct hit *h)
{
	return !h->negated && !h->hedged && !h->asked;
}

static bool
claimed_in(const struct hits *h, size_t from, size_t to)
{
	const struct hit *at = hit_in(h, from, to);

	for (; at && at < h->v + h->n && at->line < to; at++)
		if (is_claim(at))
			return true;
	return false;
}

static bool
denied_in(const struct hits *h, size_t from, size_t to)
{
	const struct hit *at = hit_in(h, from, to);

	for (; at && at < h->v + h->n && at->line < to; at++)
		if (at->negated || at->hedged)
			return true;
	return false;
}

void
public_find(struct reading *g)
{
	const struct hits *said = &g->hits[M_PUBLIC];

	for (size_t k = 0; k < said->n; k++) {
		size_t i = said->v[k].line;

		if (is_claim(&said->v[k]) &&
			!hit_in(&g->hits[M_UNRELATED], i, i + 1))
			facts_add_line(g, &g->public_, i);
	}
	for (size_t k = 0; k < g->urls.n; k++) {
		if (g->urls.v[k].line == 0)
			continue; /* the subject has no line to show */
		size_t i = g->urls.v[k].line - 1;
		size_t from =
			i > 0 && line_is_new(&g->lines, i - 1) ? i - 1 : i;

		if (hit_in(&g->hits[M_UNRELATED], from, i + 1) ||
			!is_public_place(span_of(g->urls.v[k].text)))
			continue;
		if (claimed_in(&g->hits[M_OWN_LINK], from, i + 1))
			facts_add_line(g, &g->public_, i);
		else if (!denied_in(&g->hits[M_OWN_LINK], from, i + 1))
			facts_add_line(g, &g->public_links, i);
	}
}
