/*
 * quote.c - which lines the sender wrote, and which are quoted or signature.
 *
 * Mail programs mark what they quote in many ways and in many languages:
 * ">" before each line, a line that says who wrote, Outlook's block of
 * headers before an unmarked rest. A forward is told from a reply, for what
 * is forwarded is why the mail was sent: its headers are quotation, its
 * text is new. ">>> " may be a Python prompt, and in a fence of ``` nothing
 * is a quotation.
 */
#include "report/ascii.h"
#include "report/find.h"

enum {
	SHORT_SIGNATURE = 15, /* lines after a "--" without its blank */
	LOOK_AHEAD = 8,
	LOOK_BYTES = 240,
};

static const char *const reply_prefixes[] = {"re:", "re[",
	"aw:", "antw:", "antwort:", "sv:", "vs:", "odp:", "ref:", "rif:", "r:",
	"回复:", "答复:", "回复：", "答复："};
static const char *const forward_prefixes[] = {"fwd:", "fw:", "wg:", "tr:",
	"rv:", "enc:", "doorst:", "vl:", "i:", "转发:", "转发：", "reenv:"};

bool
is_reply(const struct message *m)
{
	return m->in_reply_to || m->n_references > 0 ||
		begins_any(span_trim(span_of(m->subject)), reply_prefixes,
			ARRAY_LEN(reply_prefixes)) > 0;
}

bool
is_forward_subject(const char *subject)
{
	return begins_any(span_trim(span_of(subject)), forward_prefixes,
		       ARRAY_LEN(forward_prefixes)) > 0;
}

/* How many ">" stand before the line. */
static unsigned
depth(struct span s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s.n && i < 80; i++) {
		if (s.p[i] == '>')
			n++;
		else if (s.p[i] != ' ')
			break;
		else if (n == 0 && i > 0)
			return 0; /* indented: not a quotation mark */
	}
	return n;
}

static bool
has_any(struct span s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_find_nocase(s, list[i]) < s.n)
			return true;
	return false;
}

static bool
has_digit(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_digit(s.p[i]))
			return true;
	return false;
}

/* Does one of up to four lines end with a colon? Nearly no line of a text has
 * one so near. */
static bool
ends_with_colon(const struct lines *l, size_t i)
{
	for (size_t k = i; k < i + 4 && k < l->n && l->v[k].n > 0; k++) {
		struct span s = line_span(l, k);

		if (s.p[s.n - 1] == ':' || s.p[s.n - 1] == 0x9a)
			return true; /* 9A ends U+FF1A, the wide one */
	}
	return false;
}

/* Lines of "On ..., somebody wrote:" that begin at i; 0 if none does. */
static size_t
attribution(const struct lines *l, size_t i)
{
	static const char *const words[] = {"On ", "Am ", "Le ", "El ", "Il ",
		"Em ", "Op ", "W dniu ", "Den ", "Dne ", "Dnia ", "Στις ",
		"Vào ", "Pada ", "Në ", "V "};
	static const char *const verbs[] = {"wrote", "writes", "schrieb",
		"écrit", "ecrit", "escribió", "escribio", "ha scritto",
		"escreveu", "schreef", "pisze", "napisał", "skrev", "napsal",
		"пишет", "написал", "写道", "書きました", "kirjoitti",
		"menulis", "đã viết", "yazdı", "έγραψε"};
	struct span s = span_cut(line_span(l, i), 0, LOOK_BYTES);
	bool date = false;

	if (!ends_with_colon(l, i))
		return 0;
	if (!begins_any(s, words, ARRAY_LEN(words)) &&
		span_find_byte(s, '@') == s.n && !(s.n > 0 && is_digit(s.p[0])))
		return 0;
	for (size_t k = 0; k < 4 && i + k < l->n; k++) {
		struct span whole = line_span(l, i + k);
		struct span end = span_from(
			whole, whole.n > LOOK_BYTES ? whole.n - LOOK_BYTES : 0);
		struct span from = span_cut(whole, 0, LOOK_BYTES);

		if (whole.n == 0 || depth(from) > 0)
			return 0;
		date = date || has_digit(from) ||
			span_find_byte(from, '@') < from.n;
		if ((span_ends_nocase(end, ":") ||
			    span_ends_nocase(end, "：")) &&
			date && has_any(end, verbs, ARRAY_LEN(verbs)))
			return k + 1;
	}
	return 0;
}

enum head { HEAD_FROM, HEAD_DATE, HEAD_TO, HEAD_SUBJECT, HEAD_NONE };

/* Letters that labels begin with. */
#define LABELS_BEGIN "abdefgiopstv"

/* Which header of a quoted mail a line is: "Gesendet: ..." */
static enum head
header_label(const struct lines *l, size_t i)
{
	struct span s = span_cut(line_span(l, i), 0, 24);
	static const struct {
		const char *label;
		enum head head;
	} labels[] = {{"from:", HEAD_FROM}, {"von:", HEAD_FROM},
		{"de:", HEAD_FROM}, {"de :", HEAD_FROM}, {"da:", HEAD_FROM},
		{"van:", HEAD_FROM}, {"från:", HEAD_FROM}, {"fra:", HEAD_FROM},
		{"od:", HEAD_FROM}, {"от:", HEAD_FROM}, {"От:", HEAD_FROM},
		{"发件人:", HEAD_FROM}, {"发件人：", HEAD_FROM},
		{"差出人:", HEAD_FROM}, {"sent:", HEAD_DATE},
		{"date:", HEAD_DATE}, {"date :", HEAD_DATE},
		{"gesendet:", HEAD_DATE}, {"datum:", HEAD_DATE},
		{"envoyé", HEAD_DATE}, {"enviado", HEAD_DATE},
		{"fecha:", HEAD_DATE}, {"data:", HEAD_DATE},
		{"inviato:", HEAD_DATE}, {"verzonden:", HEAD_DATE},
		{"skickat:", HEAD_DATE}, {"Дата:", HEAD_DATE},
		{"发送时间", HEAD_DATE}, {"日時:", HEAD_DATE}, {"to:", HEAD_TO},
		{"an:", HEAD_TO}, {"à:", HEAD_TO}, {"à :", HEAD_TO},
		{"À :", HEAD_TO}, {"para:", HEAD_TO}, {"a:", HEAD_TO},
		{"aan:", HEAD_TO}, {"till:", HEAD_TO}, {"кому:", HEAD_TO},
		{"Кому:", HEAD_TO}, {"收件人", HEAD_TO}, {"宛先:", HEAD_TO},
		{"subject:", HEAD_SUBJECT}, {"betreff:", HEAD_SUBJECT},
		{"objet", HEAD_SUBJECT}, {"asunto:", HEAD_SUBJECT},
		{"oggetto:", HEAD_SUBJECT}, {"onderwerp:", HEAD_SUBJECT},
		{"assunto:", HEAD_SUBJECT}, {"ämne:", HEAD_SUBJECT},
		{"Тема:", HEAD_SUBJECT}, {"主题", HEAD_SUBJECT},
		{"件名:", HEAD_SUBJECT}};

	if (!(l->v[i].has & (HAS_COLON | HAS_WIDE)))
		return HEAD_NONE;
	while (s.n > 0 && (s.p[0] == '*' || s.p[0] == '>' || s.p[0] == ' '))
		s = span_from(s, 1);
	if (s.n == 0 ||
		!(s.p[0] >= 0x80 || may_be_letter(s.p[0], LABELS_BEGIN)))
		return HEAD_NONE;
	for (size_t k = 0; k < ARRAY_LEN(labels); k++)
		if (begins(s, labels[k].label))
			return labels[k].head;
	return HEAD_NONE;
}

/* One past the block of mail headers at i; i when there is none. */
static size_t
header_block(const struct lines *l, size_t i)
{
	unsigned seen = 0;
	size_t end = i;

	if (!(l->v[i].has & (HAS_COLON | HAS_WIDE)) ||
		header_label(l, i) != HEAD_FROM)
		return i;
	for (size_t k = i; k < l->n && k < i + LOOK_AHEAD; k++) {
		enum head h = header_label(l, k);

		if (h != HEAD_NONE) {
			seen |= 1u << h;
			end = k + 1;
		} else if (l->v[k].n == 0 && k > i) {
			break;
		}
	}
	return __builtin_popcount(seen) >= 3 ? end : i;
}

enum mark { MARK_NONE, MARK_ORIGINAL, MARK_FORWARD };

static enum mark
marker(struct span s)
{
	static const char *const original[] = {"original message",
		"ursprüngliche nachricht", "originalnachricht",
		"message d'origine", "mensaje original", "messaggio originale",
		"oorspronkelijk bericht", "original appointment",
		"исходное сообщение"};
	static const char *const forward[] = {"forwarded message",
		"forwarded mail", "weitergeleitete nachricht",
		"message transféré", "mensaje reenviado", "messaggio inoltrato",
		"doorgestuurd bericht", "mensagem encaminhada",
		"пересылаемое сообщение", "пересланное сообщение"};

	if (s.n > 120 || s.n == 0 || !one_of(s.p[0], "-BbAa"))
		return MARK_NONE;
	if (begins(s, "begin forwarded message") ||
		begins(s, "anfang der weitergeleiteten"))
		return MARK_FORWARD;
	if (!starts(s, "---"))
		return MARK_NONE;
	if (has_any(s, forward, ARRAY_LEN(forward)))
		return MARK_FORWARD;
	return has_any(s, original, ARRAY_LEN(original)) ? MARK_ORIGINAL :
							   MARK_NONE;
}

static bool
is_device_line(struct span s)
{
	static const char *const list[] = {"sent from my ", "sent from mail ",
		"get outlook for ", "von meinem ", "envoyé de mon ",
		"enviado desde mi ", "sent via ", "sent with proton",
		"gesendet mit der "};

	return s.n < 80 && s.n > 0 && may_be_letter(s.p[0], "sgve") &&
		begins_any(s, list, ARRAY_LEN(list)) > 0;
}

struct scan {
	struct lines *l;
	const struct message *m;
	enum { IN_NEW, IN_SIGNATURE, IN_REST, IN_PGP } state;
	size_t fences; /* still to come */
	bool in_fence;
	bool prompts; /* ">>> " is Python here */
	bool unquote; /* a forward whose lines all begin with ">" */
	bool seen_new;
	bool reply;
};

static void
mark(struct scan *s, size_t from, size_t to, enum line_kind kind)
{
	for (size_t i = from; i < to && i < s->l->n; i++)
		s->l->v[i].kind = (uint8_t)kind;
}

/* The next line that is not blank, after `i`. Bounded: mails leave a few. */
static size_t
next_text(const struct lines *l, size_t i)
{
	size_t k = i;

	while (k < l->n && k < i + LOOK_AHEAD && l->v[k].n == 0)
		k++;
	return k;
}

/* A forward begins: its headers are quotation, what follows is new. */
static size_t
open_forward(struct scan *s, size_t i, size_t after)
{
	size_t head = next_text(s->l, after);
	size_t end = after;

	if (head < s->l->n && header_block(s->l, head) > head)
		end = header_block(s->l, head);
	if (head < s->l->n && depth(line_span(s->l, head)) > 0)
		s->unquote = true;
	mark(s, i, end, LINE_QUOTED);
	s->state = IN_NEW;
	return end;
}

/* A quoted mail without marks begins: all of the rest, unless it is what
 * the mail was sent for. */
static size_t
open_rest(struct scan *s, size_t i, size_t after)
{
	if (!s->seen_new || is_forward_subject(s->m->subject))
		return open_forward(s, i, after);
	if (i > 0 && starts(line_span(s->l, i - 1), "____"))
		s->l->v[i - 1].kind = LINE_QUOTED;
	mark(s, i, after, LINE_QUOTED);
	s->state = IN_REST;
	return after;
}

/* Does a short signature follow: the end or a quotation is near? */
static bool
ends_soon(const struct lines *l, size_t i)
{
	for (size_t k = i; k < i + SHORT_SIGNATURE; k++)
		if (k >= l->n || depth(line_span(l, k)) > 0 ||
			marker(line_span(l, k)) != MARK_NONE)
			return true;
	return false;
}

static bool
is_signature_mark(const struct scan *s, size_t i, struct span line)
{
	if (line.n != 2 || line.p[0] != '-' || line.p[1] != '-')
		return false;
	if (s->l->text[s->l->v[i].at + 2] == ' ')
		return true;
	return ends_soon(s->l, i + 1);
}

static bool
is_list_footer(const struct scan *s, size_t i, struct span line)
{
	if (!starts(line, "______________________________") || i + 1 >= s->l->n)
		return false;
	struct span next = span_cut(line_span(s->l, i + 1), 0, 200);

	return span_find_nocase(next, "mailing list") < next.n;
}

/* Structure that begins at line i: returns the line to go on with, or i. */
static size_t
structure(struct scan *s, size_t i, struct span line)
{
	size_t n;

	switch (marker(line)) {
	case MARK_FORWARD:
		return open_forward(s, i, i + 1);
	case MARK_ORIGINAL:
		n = next_text(s->l, i + 1);
		n = n < s->l->n ? header_block(s->l, n) : n;
		return open_rest(s, i, n > i ? n : i + 1);
	case MARK_NONE:
		break;
	}
	if ((n = header_block(s->l, i)) > i &&
		(s->reply || is_forward_subject(s->m->subject) ||
			(i > 0 && starts(line_span(s->l, i - 1), "__"))))
		return open_rest(s, i, n);
	if ((n = attribution(s->l, i)) > 0) {
		size_t next = next_text(s->l, i + n);
		bool marked =
			next < s->l->n && depth(line_span(s->l, next)) > 0;

		if (!marked && !s->reply)
			return i;
		mark(s, i, i + n, LINE_QUOTED);
		s->state = marked ? IN_NEW : IN_REST;
		return i + n;
	}
	return i;
}

/* PGP's armour is neither read nor quoted: it stands like a signature. */
static bool
pgp_line(struct scan *s, size_t i, struct span line)
{
	if (starts(line, "-----BEGIN PGP SIGNED MESSAGE")) {
		size_t k = i;

		while (k < s->l->n && s->l->v[k].n > 0)
			s->l->v[k++].kind = LINE_SIGNATURE;
		return true;
	}
	if (!starts(line, "-----BEGIN PGP "))
		return false;
	s->state = IN_PGP;
	s->l->v[i].kind = LINE_SIGNATURE;
	return true;
}

static void
plain_line(struct scan *s, size_t i, struct span line)
{
	struct line *l = &s->l->v[i];
	unsigned deep = depth(line);

	if (deep > 0 && !(s->prompts && starts(line, ">>> "))) {
		if (s->unquote && deep == 1) {
			uint32_t skip = line.n > 1 && line.p[1] == ' ' ? 2 : 1;

			l->at += skip > l->n ? l->n : skip;
			l->n -= skip > l->n ? l->n : skip;
			l->kind = header_label(s->l, i) != HEAD_NONE &&
					!s->seen_new ?
				LINE_QUOTED :
				LINE_NEW;
			return;
		}
		l->kind = LINE_QUOTED;
		s->state = IN_NEW;
	} else if (s->state == IN_SIGNATURE) {
		l->kind = LINE_SIGNATURE;
	} else if (is_signature_mark(s, i, line) ||
		is_list_footer(s, i, line)) {
		l->kind = LINE_SIGNATURE;
		s->state = IN_SIGNATURE;
	} else if (is_device_line(line)) {
		l->kind = LINE_SIGNATURE;
	} else if (line.n > 0) {
		s->seen_new = true;
	}
}

static size_t
one_line(struct scan *s, size_t i)
{
	struct span line = line_span(s->l, i);
	struct line *l = &s->l->v[i];

	if (s->state == IN_PGP) {
		l->kind = LINE_SIGNATURE;
		if (starts(line, "-----END PGP "))
			s->state = IN_NEW;
		return i + 1;
	}
	if (starts(line, "```") || starts(line, "~~~")) {
		s->fences--;
		if (s->in_fence || s->fences > 0)
			s->in_fence = !s->in_fence;
	}
	if (s->in_fence && s->state == IN_NEW) {
		l->fenced = true;
		s->seen_new = true;
		return i + 1;
	}
	if (s->state == IN_REST) {
		l->kind = LINE_QUOTED;
		return i + 1;
	}
	if (l->kind != LINE_NEW || pgp_line(s, i, line))
		return i + 1;
	size_t next = structure(s, i, line);
	if (next > i)
		return next;
	plain_line(s, i, line);
	return i + 1;
}

void
quote_find(struct lines *l, const struct message *m)
{
	struct scan s = {.l = l, .m = m, .prompts = true, .reply = is_reply(m)};

	for (size_t i = 0; i < l->n; i++) {
		struct span line = line_span(l, i);

		if (starts(line, "```") || starts(line, "~~~"))
			s.fences++;
		if (depth(line) > 0 && !starts(line, ">>>"))
			s.prompts = false;
	}
	for (size_t i = 0; i < l->n;)
		i = one_line(&s, i);
}
