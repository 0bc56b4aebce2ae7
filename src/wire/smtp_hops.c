/* smtp_hops.c - match nine letters at the beginning of each header line. */
#include "wire/smtp_hops.h"

static const char field[] = "received:";
enum { FIELD = sizeof field - 1, EMPTY = FIELD + 1 /* a CR at its start */ };

void
smtp_hops_feed(struct smtp_hops *h, struct span bytes)
{
	for (size_t i = 0; i < bytes.n && !h->over; i++) {
		if (h->other) {
			i += span_find_byte(span_from(bytes, i), '\n');
			if (i >= bytes.n)
				return;
		}
		unsigned char c = bytes.p[i];

		if (c == '\n') {
			h->over = !h->other && (h->at == 0 || h->at == EMPTY);
			h->other = false;
			h->at = 0;
		} else if (c == '\r' && h->at == 0) {
			h->at = EMPTY;
		} else if (h->at < FIELD && c >= ':' &&
			(c | 0x20) == (unsigned char)field[h->at]) {
			h->at++;
			h->other = h->at == FIELD;
			h->count += h->other;
		} else {
			h->other = true;
		}
	}
}
