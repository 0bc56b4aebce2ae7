/*
 * judge_route.h - which product a mail is about, by what it names.
 *
 * Evidence is added up for each product of the desk: a sub-address that the
 * mail came to, names in the subject, lines such as "Product: ...", the
 * repository, documentation and package links, names in the text. A name
 * that stands only in a comparison ("as in", "not affected") is none. Where
 * no product is named, or two are named alike, a person routes.
 *
 * An alias that is one word of a longer name ("cosmos" of Astronomer Cosmos)
 * may mean much else: it needs a second sign, such as another name, a link, a
 * label, the sub-address, or the organisation's name.
 *
 * A mail about the organisation's website, or about a product that a policy
 * names as one of others, goes to the first policy that speaks of it, so
 * that its clause can be shown to a person.
 *
 * A repository of the organisation without a policy of its own belongs to
 * the organisation's first product on this desk.
 */
#pragma once

#include "mime/message.h"
#include "policy/policy.h"
#include "report/report.h"

struct route {
	const struct policy *policy; /* NULL: unrouted */
	const char *by;              /* "sub-address" ..., NULL if unrouted */
	const char *because;         /* a fixed sentence */
	struct line_range line;      /* that shows it; 0 if no line does */
};

struct route route_find(struct arena *a, const struct policy *const *policies,
	size_t n, const struct envelope *env, const struct message *m,
	const struct report *r);
