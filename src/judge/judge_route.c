/*
 * judge_route.c - evidence for each product, weighed.
 *
 * The weights are ordered by how surely each says "this is what is
 * affected"; they are small whole numbers, and a lead must be half as much
 * again as the second's, so that one passing mention never outweighs a
 * subject and two products in doubt go to a person.
 */
#include "judge/judge_route.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "judge/judge_affected.h"
#include "judge/judge_name.h"

enum {
	WEIGHT_ADDRESS = 16,
	WEIGHT_SUBJECT = 8,
	WEIGHT_LABEL = 6, /* "Product: ..." */
	LABEL_MOST = 12,
	PRODUCTS_MAX = 64, /* of a desk */
};

/* In the text: a line counts once, and each sort only so far. */
static const unsigned weight[NAME_KIND_COUNT] = {
	[NAME_REPOSITORY] = 3,
	[NAME_URL] = 2,
	[NAME_NAME] = 1,
	[NAME_PACKAGE] = 1,
	[NAME_ORGANISATION] = 3,
};
static const unsigned most[NAME_KIND_COUNT] = {
	[NAME_REPOSITORY] = 6,
	[NAME_URL] = 4,
	[NAME_NAME] = 5,
	[NAME_PACKAGE] = 5,
	[NAME_ORGANISATION] = 6,
};

static const char *const kind_by[NAME_KIND_COUNT] = {
	[NAME_REPOSITORY] = "repository",
	[NAME_URL] = "url",
	[NAME_NAME] = "name",
	[NAME_PACKAGE] = "package",
	[NAME_ORGANISATION] = "organisation",
};

static const char *const kind_because[NAME_KIND_COUNT] = {
	[NAME_REPOSITORY] = "the mail names the product's repository",
	[NAME_URL] = "the mail links to the product's pages",
	[NAME_NAME] = "the mail names the product",
	[NAME_PACKAGE] = "the mail names the product's package",
	[NAME_ORGANISATION] =
		"the mail names another repository of the organisation",
};

struct tally {
	bool address;
	bool strong; /* more than an alias that is also a common word */
	unsigned subject, labels, sum[NAME_KIND_COUNT];
	unsigned last_line[NAME_KIND_COUNT], last_label; /* counted already */
	unsigned first_line[NAME_KIND_COUNT];
	bool seen[NAME_KIND_COUNT];
};

struct counting {
	struct tally *tallies;
	bool subject; /* the text in hand is the subject */
};

static const char *const labels[] = {"product", "affected", "affects",
	"component", "package", "repository", "repo", "project", "target",
	"software", "vulnerable", "asset", "module"};

/* Does the line begin with a label, and the name stand behind its colon? */
static bool
is_labelled(struct span text, size_t at)
{
	size_t from = at, colon;
	struct span head;

	while (from > 0 && text.p[from - 1] != '\n' && at - from < 100)
		from--;
	head = span_cut(text, from, at);
	while (head.n > 0 && strchr(" \t*-#>", head.p[0]))
		head = span_from(head, 1);
	colon = span_find_byte(head, ':');
	if (colon == head.n || colon > 40)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		if (span_starts_nocase(head, labels[i]))
			return true;
	return false;
}

static const char *const before_words[] = {"like", "similar to", "unlike",
	"same as", "same as in", "as in", "alongside", "next to",
	"together with", "not affect", "not in", "not about", "not of",
	"reported in", "fixed in", "compared to", "compared with", "known from",
	"rather than", "instead of"};
static const char *const after_words[] = {"is not affected",
	"is not vulnerable", "isn't affected", "is unaffected",
	"are not affected", "is fine", "is safe", "does not have",
	"is not concerned"};

/* Only compared with, or said not to be affected. */
bool
name_is_aside(struct span text, struct name_hit hit)
{
	size_t from = hit.at > 60 ? hit.at - 60 : 0;
	struct span before = span_trim(span_cut(text, from, hit.at)),
		    after = span_trim(span_cut(text, hit.end, hit.end + 60));

	/* https:// and an article may stand between */
	if (span_ends_nocase(before, "://"))
		before = span_cut(before, 0,
			before.n -
				(span_ends_nocase(before, "https://") ? 8 : 3));
	before = span_trim(before);
	if (span_ends_nocase(before, " the"))
		before = span_trim(span_cut(before, 0, before.n - 4));
	for (size_t i = 0; i < ARRAY_LEN(before_words); i++) {
		size_t n = strlen(before_words[i]);

		if (span_ends_nocase(before, before_words[i]) &&
			(before.n == n || before.p[before.n - n - 1] == ' ' ||
				before.p[before.n - n - 1] == '\n'))
			return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(after_words); i++)
		if (span_starts_nocase(after, after_words[i]))
			return true;
	return false;
}

/* "Cosmos DB", "Cosmos Network": the word begins another name. An acronym
 * of three letters or more is rather what is wrong with it: "Cosmos RCE". */
static bool
is_part(struct span text, struct name_hit hit)
{
	struct span next = span_from(text, hit.end);
	size_t n = 1, upper = 0;

	if (next.n < 2 || next.p[0] != ' ' || next.p[1] < 'A' ||
		next.p[1] > 'Z')
		return false;
	for (; n < next.n && next.p[n] > ' ' && next.p[n] != ','; n++)
		upper += next.p[n] >= 'A' && next.p[n] <= 'Z';
	return upper < 3;
}

/* What is full or was counted on this line is left before the costly look
 * around it: a long text names its product often. */
static void
count(void *ctx, struct span text, struct name_hit hit)
{
	struct counting *c = ctx;
	struct tally *t = &c->tallies[hit.policy];
	enum name_kind k = hit.kind;
	bool labelled;

	if (hit.weak && is_part(text, hit))
		return;
	if (c->subject) {
		if (!name_is_aside(text, hit)) {
			t->strong = t->strong || !hit.weak;
			t->seen[k] = true;
			t->subject = WEIGHT_SUBJECT;
		}
		return;
	}
	if (t->last_line[k] == hit.line && (t->strong || hit.weak))
		return;
	labelled = is_labelled(text, hit.at);
	if ((!labelled && t->sum[k] >= most[k]) || name_is_aside(text, hit))
		return;
	t->strong = t->strong || !hit.weak || labelled;
	t->seen[k] = true;
	t->last_line[k] = hit.line;
	if (t->first_line[k] == 0)
		t->first_line[k] = hit.line;
	if (!labelled)
		t->sum[k] += weight[k];
	else if (t->last_label != hit.line && t->labels < LABEL_MOST)
		t->labels += WEIGHT_LABEL;
	if (labelled)
		t->last_label = hit.line;
}

static bool
is_detail(const struct policy *p, const char *address)
{
	struct span s = span_of(address), contact = span_of(p->contact);
	size_t at = span_find_byte(contact, '@');
	size_t plus = span_find_byte(s, '+'), end = span_find_byte(s, '@');
	struct span detail;

	if (plus >= end ||
		!span_eq_nocase(
			span_cut(s, 0, plus), span_cut(contact, 0, at)) ||
		!span_eq_nocase(span_from(s, end), span_from(contact, at)))
		return false;
	detail = span_cut(s, plus + 1, end);
	for (size_t i = 0; i < p->product.n_details; i++)
		if (span_is_nocase(detail, p->product.details[i]))
			return true;
	return false;
}

static void
count_addresses(struct counting *c, const struct policy *const *policies,
	size_t n, const struct envelope *env, const struct message *m)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; env && k < env->n_rcpts; k++)
			if (is_detail(policies[i], env->rcpts[k]))
				c->tallies[i].address = true;
		for (size_t k = 0; k < m->n_recipients; k++)
			if (is_detail(policies[i], m->recipients[k]))
				c->tallies[i].address = true;
	}
}

static void
count_text(struct counting *c, const struct names *names,
	const struct message *m, const struct report *r)
{
	struct span rest = span_of(m->text), line;
	const unsigned char *from = NULL;
	unsigned at = 1;

	for (size_t i = 0; i < r->n_new_text; i++) {
		struct line_range range = r->new_text[i];

		while (at < range.from && span_line(&rest, &line))
			at++;
		from = rest.p;
		while (at <= range.to && span_line(&rest, &line))
			at++;
		names_scan(names, span_make(from, (size_t)(rest.p - from)),
			range.from, count, c);
	}
}

/* Does new text or the subject name who made the product? */
static bool
names_organisation(
	const struct policy *p, const struct message *m, const struct report *r)
{
	struct span rest = span_of(m->text), line, s = span_of(m->subject);
	size_t range = 0;
	unsigned n = 0;

	for (size_t at = 0; at < s.n; at++)
		if (name_at(s, at, p->organisation) > 0)
			return true;
	while (span_line(&rest, &line)) {
		n++;
		while (range < r->n_new_text && r->new_text[range].to < n)
			range++;
		if (range == r->n_new_text)
			return false;
		for (size_t at = 0; n >= r->new_text[range].from && at < line.n;
			at++)
			if (name_at(line, at, p->organisation) > 0)
				return true;
	}
	return false;
}

/* Nothing on the desk is named, but something that a policy speaks of: its
 * organisation's website, or a product with a policy elsewhere. */
static struct route
route_by_scope(struct arena *a, const struct policy *const *policies, size_t n,
	const struct report *r)
{
	struct thing v[THINGS_MAX];

	for (size_t i = 0; r->understood && i < n; i++)
		for (size_t k = 0; k < policies[i]->n_clauses; k++) {
			const struct clause *c = &policies[i]->clauses[k];
			size_t found = 0;

			if (c->kind != CLAUSE_SCOPE || c->scope.in)
				continue;
			if (c->scope.about == ABOUT_WEBSITE)
				found = things_hosts(r, c->scope.hosts, v);
			else if (c->scope.about == ABOUT_OTHER_CODEBASES)
				found = things_names(a, r, c->scope.names, v);
			if (found > 0)
				return (struct route){.policy = policies[i],
					.by = "scope",
					.because = "the mail names what a "
						   "clause of the policy "
						   "speaks of",
					.line = {v[0].line, v[0].line}};
		}
	return (struct route){.policy = NULL};
}

static unsigned
score(const struct tally *t)
{
	unsigned sum = t->labels + t->subject +
		(t->address ? (unsigned)WEIGHT_ADDRESS : 0);

	for (size_t k = 0; k < NAME_KIND_COUNT; k++)
		sum += t->sum[k];
	return sum;
}

static struct route
route_by(const struct policy *p, const struct tally *t)
{
	struct route route = {.policy = p,
		.by = "sub-address",
		.because = "the mail came to the product's own sub-address"};

	for (size_t k = 0; k < NAME_KIND_COUNT; k++) {
		if (!t->seen[k])
			continue;
		route.line =
			(struct line_range){t->first_line[k], t->first_line[k]};
		if (!t->address) {
			route.by = kind_by[k];
			route.because = kind_because[k];
		}
		break;
	}
	return route;
}

struct route
route_find(struct arena *a, const struct policy *const *policies, size_t n,
	const struct envelope *env, const struct message *m,
	const struct report *r)
{
	struct counting *c = ARENA_NEW(a, struct counting);
	size_t best = 0;
	unsigned lead = 0, second = 0;
	bool weak = false;

	n = n < PRODUCTS_MAX ? n : (size_t)PRODUCTS_MAX;
	c->tallies = ARENA_ARRAY(a, n + 1, struct tally);
	const struct names *names = names_new(a, policies, n);
	count_addresses(c, policies, n, env, m);
	c->subject = true;
	names_scan(names, span_of(m->subject), 0, count, c);
	c->subject = false;
	count_text(c, names, m, r);
	for (size_t i = 0; i < n; i++) {
		unsigned s = score(&c->tallies[i]);

		if (s > 0 && !c->tallies[i].strong && !c->tallies[i].address &&
			!names_organisation(policies[i], m, r)) {
			weak = true;
			s = 0;
		}

		if (s > lead) {
			second = lead;
			lead = s;
			best = i;
		} else if (s > second)
			second = s;
	}
	if (lead == 0) {
		struct route route = route_by_scope(a, policies, n, r);

		if (route.policy == NULL)
			route.because = weak ?
				"the mail names a product only by a common "
				"word" :
				"the mail names no product of this desk";
		return route;
	}
	if (second > 0 && 2 * lead < 3 * second)
		return (struct route){.because = "the mail names two products "
						 "of this desk, and neither "
						 "clearly more"};
	return route_by(policies[best], &c->tallies[best]);
}
