/* smtp_known.c - a desk has a handful of addresses; it walks them. */
#include "wire/smtp_known.h"

static struct span
without_detail(struct span local)
{
	return span_cut(local, 0, span_find_byte(local, '+'));
}

enum smtp_rcpt
smtp_known(const struct text_list *addresses, struct span local,
	struct span domain)
{
	enum smtp_rcpt best = SMTP_RCPT_FOREIGN;

	if (domain.p == NULL)
		return span_is_nocase(local, "postmaster") ? SMTP_RCPT_KNOWN :
							     best;
	for (size_t i = 0; i < addresses->n; i++) {
		struct span own = span_of(addresses->v[i]);
		size_t at = own.n;

		while (at > 0 && own.p[at - 1] != '@')
			at--;
		if (at == 0 || !span_eq_nocase(span_from(own, at), domain))
			continue;
		best = SMTP_RCPT_UNKNOWN;
		own = span_cut(own, 0, at - 1);
		if (span_is_nocase(local, "postmaster") ||
			span_eq_nocase(own, local) ||
			span_eq_nocase(
				without_detail(own), without_detail(local)))
			return SMTP_RCPT_KNOWN;
	}
	return best;
}
