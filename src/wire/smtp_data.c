/*
 * smtp_data.c - six states, and memchr() for all that lies between.
 *
 * Pieces go out as long as they can be: in a mail without leading dots the
 * whole packet is one piece. The next CR and the next LF are each looked up
 * once, so that no arrangement of them costs more than two passes.
 */
#include "wire/smtp_data.h"

enum state {
	AT_START, /* of a line: after CR LF, or of the data */
	IN_TEXT,
	AFTER_CR,
	AFTER_DOT,    /* a line's first byte; held back */
	AFTER_DOT_CR, /* both held back */
};

struct scan {
	struct span in;
	size_t cr, lf; /* the next of each at or after the position */
};

static size_t
next_of(struct span in, size_t from, unsigned char c)
{
	const unsigned char *hit =
		from < in.n ? memchr(in.p + from, c, in.n - from) : NULL;

	return hit ? (size_t)(hit - in.p) : in.n;
}

/* The next CR or LF at or after i, in.n if there is none. */
static size_t
next_break(struct scan *s, size_t i)
{
	if (s->cr < i)
		s->cr = next_of(s->in, i, '\r');
	if (s->lf < i)
		s->lf = next_of(s->in, i, '\n');
	return s->cr < s->lf ? s->cr : s->lf;
}

static void
give(struct span in, size_t from, size_t to,
	void (*put)(void *ctx, struct span bytes), void *ctx)
{
	if (from < to)
		put(ctx, span_make(in.p + from, to - from));
}

/* A byte that is neither the first of a line nor follows a CR. */
static enum state
in_text(struct smtp_data *d, unsigned char c)
{
	d->bare = d->bare || c == '\n';
	return c == '\r' ? AFTER_CR : IN_TEXT;
}

/* A byte after a CR that belongs to the mail. */
static enum state
after_cr(struct smtp_data *d, unsigned char c)
{
	if (c == '\n')
		return AT_START;
	d->bare = true;
	return c == '\r' ? AFTER_CR : IN_TEXT;
}

bool
smtp_data_feed(struct smtp_data *d, struct span *in,
	void (*put)(void *ctx, struct span bytes), void *ctx)
{
	struct scan s = {*in, next_of(*in, 0, '\r'), next_of(*in, 0, '\n')};
	enum state state = d->state;
	size_t from = 0, i = 0;

	while (i < in->n) {
		unsigned char c = in->p[i];

		switch (state) {
		case AT_START:
			if (c == '.') {
				give(*in, from, i, put, ctx);
				from = i + 1; /* without the dot */
				state = AFTER_DOT;
			} else {
				state = in_text(d, c);
			}
			break;
		case IN_TEXT:
			i = next_break(&s, i);
			if (i < in->n)
				state = in_text(d, in->p[i]);
			break;
		case AFTER_CR:
			state = after_cr(d, c);
			break;
		case AFTER_DOT:
			state = c == '\r' ? AFTER_DOT_CR : in_text(d, c);
			from = c == '\r' ? i + 1 : i;
			break;
		case AFTER_DOT_CR:
			if (c == '\n') {
				*in = span_from(*in, i + 1);
				*d = (struct smtp_data){AT_START, d->bare};
				return true;
			}
			put(ctx, SPAN_LIT("\r"));
			from = i;
			state = after_cr(d, c);
			break;
		}
		i++;
	}
	give(*in, from, in->n, put, ctx);
	d->state = (unsigned char)state;
	*in = SPAN_NONE;
	return false;
}

void
smtp_data_watch(struct smtp_data *d, struct span bytes)
{
	struct scan s = {
		bytes, next_of(bytes, 0, '\r'), next_of(bytes, 0, '\n')};
	enum state state = d->state;

	for (size_t i = 0; i < bytes.n && !d->bare; i++) {
		if (state != AFTER_CR)
			i = next_break(&s, i);
		if (i < bytes.n)
			state = state == AFTER_CR ? after_cr(d, bytes.p[i]) :
						    in_text(d, bytes.p[i]);
	}
	d->state = (unsigned char)state;
}

void
smtp_data_watched(struct smtp_data *d)
{
	d->bare = d->bare || d->state == AFTER_CR;
	d->state = AT_START;
}
