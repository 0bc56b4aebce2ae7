/*
 * narrated.c - steps that are told as a story, or as a chain of orders.
 *
 * "I copied the link, my colleague opened it": actions, in the forms that a
 * story has, by somebody. "Invite a guest, look at the link, change guest
 * into owner": verbs at the start of clauses. What somebody could do is no
 * action, and neither is what the program does by itself. Two actions in a
 * paragraph tell how to see a flaw; one does beside something to type.
 */
#include "report/ascii.h"
#include "report/steps.h"

enum {
	WORDS_READ = 300, /* of one paragraph */
	WHO_REACH = 4,    /* words from "I" to what I did */
	ENOUGH = 2,
	LONG_ORDER = 7, /* words */
};

struct story {
	const struct reading *g;
	struct word w[WORDS_READ];
	size_t n;
};

static struct span
text_of(const struct story *s, size_t k)
{
	return span_make(s->g->lines.text + s->w[k].at, s->w[k].n);
}

/* The marks between word k and the one before it have one of `set`. */
static bool
is_behind(const struct story *s, size_t k, const char *set)
{
	const char *text = s->g->lines.text;
	size_t from = k > 0 ? s->w[k - 1].at + s->w[k - 1].n : s->w[k].at;

	for (size_t i = from; i < s->w[k].at; i++)
		if (strchr(set, text[i]) != NULL && text[i] != '\0' &&
			(strchr("(>", text[i]) || text[i + 1] <= ' ' ||
				strchr("\"')", text[i + 1])))
			return true; /* not the dot of "aes.go" */
	return k == 0;
}

static bool
is_joined(const struct story *s, size_t k)
{
	static const char *const words[] = {"and", "then", "please", "just",
		"now", "und", "dann", "et", "puis", "y", "luego", "e"};

	return is_one_of(text_of(s, k - 1), words, ARRAY_LEN(words)) ||
		word_has(&s->w[k - 1], W_NEXT);
}

static bool
is_clause(const struct story *s, size_t k)
{
	return is_behind(s, k, ",;:.!?(>") || is_joined(s, k);
}

/* What follows is only possible, or an attacker's. */
static bool
is_supposed(const struct story *s, size_t k)
{
	static const char *const words[] = {"can", "could", "may", "might",
		"would", "should", "will", "shall", "must", "allow", "allows",
		"allowing", "enable", "enables", "able", "please", "kindly",
		"kann", "können", "könnte", "könnten", "peut", "pourrait",
		"peuvent", "puede", "pueden", "podría", "recommend", "suggest",
		"consider", "happy", "bitte", "merci", "attacker", "attackers"};
	struct span text = text_of(s, k);

	return text.n > 2 && is_one_of(text, words, ARRAY_LEN(words));
}

/* "was opened", "is read": what happened to it. */
static bool
is_passive(const struct story *s, size_t k)
{
	static const char *const words[] = {"is", "are", "was", "were", "be",
		"been", "being", "gets", "get", "not", "wird", "werden",
		"wurde", "wurden", "est", "sont", "es", "son", "fue"};

	return k > 0 && is_one_of(text_of(s, k - 1), words, ARRAY_LEN(words));
}

static bool
has_actor(const struct story *s, size_t k)
{
	for (size_t back = 1; back <= k && back <= WHO_REACH; back++) {
		if (is_behind(s, k - back + 1, ".!?;"))
			return false;
		if (word_has(&s->w[k - back], W_WHO))
			return true;
	}
	return false;
}

/* Said of a state ("we use", "I have"), or to a reader of this mail ("see
 * below"): nothing that shows a flaw by itself. */
static bool
is_idle(const struct story *s, size_t k)
{
	static const char *const words[] = {"use", "run", "have", "make", "see",
		"note", "keep", "name", "host", "let", "view", "read", "check",
		"look", "find", "reply", "need", "found", "looked", "used",
		"ran", "got", "gave", "noticed", "held", "made", "report",
		"include", "assume", "ensure", "confirm", "follow", "right",
		"usamos", "uso", "testé", "get", "fix", "patch", "add",
		"remove", "validate", "sanitize", "escape", "restrict", "limit",
		"update", "upgrade", "replace", "verify", "contact", "tell",
		"consider", "disable", "allow", "review", "thank", "call",
		"feel", "join", "pay"};

	return is_one_of(text_of(s, k), words, ARRAY_LEN(words));
}

/* "We ask for", "we list your product": business, not a step. */
static bool
is_business(const struct story *s, size_t k)
{
	static const char *const words[] = {"ask", "order", "mail", "message",
		"say", "tell", "speak", "talk", "list", "offer", "move",
		"count", "pay", "build", "create", "deploy", "deliver", "host",
		"call", "work", "write", "design", "develop", "want", "wait",
		"cancel", "buy", "ship", "print", "scan", "test", "monitor"};

	static const char *const theirs[] = {"ship", "host", "deliver", "sell",
		"develop", "design", "maintain", "pay", "ask", "monitor"};

	if (is_one_of(text_of(s, k), theirs, ARRAY_LEN(theirs)))
		return true;
	return is_one_of(text_of(s, k), words, ARRAY_LEN(words)) &&
		(span_is_nocase(text_of(s, k - 1), "we") ||
			span_is_nocase(text_of(s, k), "ask") ||
			span_is_nocase(text_of(s, k), "pay"));
}

/* "I sent a report", "we opened a ticket": how it was told, not how it is
 * done. */
static bool
is_telling(const struct story *s, size_t k)
{
	static const char *const told[] = {"sent", "filed", "opened", "posted",
		"submitted", "wrote", "created", "reported"};
	static const char *const what[] = {"report", "reports", "ticket",
		"advisory", "issue", "maintainer", "maintainers"};

	if (!is_one_of(text_of(s, k), told, ARRAY_LEN(told)))
		return false;
	for (size_t n = k + 1;
		n < s->n && n < k + 6 && !is_behind(s, n, ".!?;,"); n++)
		if (is_one_of(text_of(s, n), what, ARRAY_LEN(what)))
			return true;
	return false;
}

static bool
is_action(const struct story *s, size_t k)
{
	if (s->w[k].id == 0 || is_passive(s, k) || is_telling(s, k))
		return false;
	static const char *const undone[] = {"nothing", "nowhere", "no"};
	if (k + 1 < s->n && word_has(&s->w[k], W_ACT) &&
		is_one_of(text_of(s, k + 1), undone, ARRAY_LEN(undone)))
		return false; /* "clicked nothing else" */
	if (k + 2 < s->n && word_has(&s->w[k], W_ACT) &&
		span_is_nocase(text_of(s, k + 1), "to") &&
		word_has(&s->w[k + 2], W_VERB))
		return false; /* "tried to open"; but "changed to row=1" */
	for (size_t n = k + 1; n < s->n && n < k + 3; n++)
		if (span_is_nocase(text_of(s, n), "us") ||
			span_is_nocase(text_of(s, n), "me"))
			return false; /* "send us", "call for me" */
	if (word_has(&s->w[k], W_VERB) &&
		(is_clause(s, k) ||
			(word_has(&s->w[k - 1], W_WHO) && !is_idle(s, k) &&
				!is_business(s, k))))
		return true;
	return word_has(&s->w[k], W_ACT) &&
		(is_clause(s, k) || has_actor(s, k));
}

/* "when we print", "if you press": what is done, whatever it is; not "if you
 * need", "when you plan". Where the verb is, else 0. */
static size_t
condition(const struct story *s, size_t k)
{
	static const char *const words[] = {"when", "if", "once", "whenever",
		"wenn", "sobald", "falls", "quand", "lorsque", "si", "cuando",
		"after", "as"};
	static const char *const never[] = {"need", "have", "are", "is", "was",
		"want", "would", "could", "can", "do", "did", "plan", "think",
		"know", "like", "agree", "prefer", "fix", "fixed", "give",
		"pay", "confirm", "reply", "tell", "wish", "accept", "decide",
		"let", "provide", "may", "might", "should", "will", "am",
		"were", "had", "has", "find", "found", "must", "believe",
		"consider", "disagree", "require", "realized", "realised",
		"noticed", "knew", "knows", "already", "publish", "get", "got",
		"reported", "report", "see", "hear", "don't", "understand",
		"haben", "sind", "wollen", "möchten", "brauchen", "können",
		"wünschen", "avez", "voulez", "souhaitez", "necesita",
		"necesitan", "tienen", "quiere", "fragen", "noch", "es", "das",
		"die", "der", "any", "all", "your", "ever", "still"};
	size_t who = k + 1;

	if (who < s->n && span_is_nocase(text_of(s, k), "en") &&
		is_behind(s, k, ".,;:") && text_of(s, who).n > 5 &&
		span_ends_nocase(text_of(s, who), "ant"))
		return who; /* "En ouvrant le lien, ..." */
	if (who + 1 >= s->n ||
		!is_one_of(text_of(s, k), words, ARRAY_LEN(words)) ||
		!word_has(&s->w[who], W_WHO) || is_behind(s, who, ",.;:") ||
		is_one_of(text_of(s, who + 1), never, ARRAY_LEN(never)))
		return 0;
	return who + 1;
}

/* "Is it .. ?", "If I .., may I ..?": asked from its first word on; "you see
 * all when you click, is that right?" tells first. */
static bool
begins_question(const struct story *s, size_t k)
{
	static const char *const words[] = {"is", "are", "am", "do", "does",
		"did", "can", "could", "may", "should", "would", "will", "what",
		"which", "how", "if", "when", "so", "and", "ist", "sind",
		"kann", "darf", "soll", "wie", "welche", "wenn", "est", "peut",
		"comment", "si", "es", "puedo", "cómo"};

	return is_one_of(text_of(s, k), words, ARRAY_LEN(words));
}

static bool
ends_in_question(const struct story *s)
{
	const struct lines *l = &s->g->lines;
	const struct word *last = &s->w[s->n - 1];
	struct span line = line_span(l, last->line);
	struct span rest =
		span_from(line, last->at + last->n - l->v[last->line].at);

	return span_find_byte(rest, '?') < rest.n;
}

/* How many different things are done in the words read. *busy: one of them
 * is more than idle. */
static size_t
actions(const struct story *s, bool *busy)
{
	uint16_t seen[8];
	size_t n = 0;
	bool supposed = false;
	size_t conditions = 0, n_before = 0, conditions_before = 0;
	size_t first = 0; /* of the sentence */

	*busy = false;
	for (size_t k = 0; k < s->n && n < ARRAY_LEN(seen); k++) {
		bool known = false;

		if (is_behind(s, k, ".!?")) {
			if (is_behind(s, k, "?") &&
				conditions > conditions_before &&
				begins_question(s, first)) {
				n = n_before; /* "Is it safe if I open it?" */
				conditions = conditions_before;
			}
			first = k;
			n_before = n;
			conditions_before = conditions;
		}
		if (is_behind(s, k, ".!?;:") || word_has(&s->w[k], W_TURN))
			supposed = false;
		if (is_supposed(s, k))
			supposed = true;
		if (!supposed && condition(s, k) > 0) {
			conditions++;
			*busy = true;
		}
		if (supposed || !is_action(s, k))
			continue;
		*busy = *busy || !is_idle(s, k);
		for (size_t i = 0; i < n; i++)
			known = known || seen[i] == s->w[k].id;
		if (!known)
			seen[n++] = s->w[k].id;
	}
	if (conditions > conditions_before && begins_question(s, first) &&
		ends_in_question(s))
		return n_before + 2 * conditions_before;
	return n + 2 * conditions;
}

/* Something to type or to go to: `x`, https://, /path, a=b. */
static bool
is_technical(const struct lines *l, size_t i)
{
	struct span s = line_span(l, i);

	return l->v[i].shape == SHAPE_CODE || span_find_byte(s, '`') < s.n ||
		span_find(s, " \"") < s.n || span_find(s, "://") < s.n ||
		span_find(s, " /") < s.n || span_find_byte(s, '=') < s.n ||
		span_find(s, "../") < s.n || has_payload(s) || has_command(s);
}

/* A sentence that tells to do something, and more than a word or two: "Ask
 * for a new password at /reset"; not "send me your key". */
static bool
is_told_to_do(const struct story *s)
{
	for (size_t k = 0; k + LONG_ORDER <= s->n; k++) {
		bool to_us = false;

		if (!is_behind(s, k, ".!?:") || !word_has(&s->w[k], W_VERB) ||
			is_idle(s, k))
			continue;
		size_t n = 1;
		if (k + 2 < s->n && is_supposed(s, k + 2))
			continue; /* "Open ports can be used" */
		for (; k + n < s->n && !is_behind(s, k + n, ".!?"); n++) {
			struct span word = text_of(s, k + n);

			to_us = to_us || span_is_nocase(word, "me") ||
				span_is_nocase(word, "us") ||
				(n < 4 && span_is_nocase(word, "your"));
		}
		if (!to_us && n >= LONG_ORDER)
			return true;
	}
	return false;
}

static void
read_paragraph(struct story *s, size_t from, size_t to)
{
	const struct lines *l = &s->g->lines;
	size_t used;

	s->n = 0;
	for (size_t i = from; i < to && s->n < WORDS_READ; i++) {
		struct span body = line_body(l, i);

		s->n += words_cut(body,
			(uint32_t)(body.p - (const unsigned char *)l->text),
			(uint32_t)i, s->w + s->n, WORDS_READ - s->n, &used);
	}
}

/* "22/tcp   open  ssh": columns, as a program prints them. */
static bool
is_row(struct span s)
{
	size_t gaps = 0;

	s = span_trim(span_cut(s, 0, 200));
	for (size_t i = 2; i < s.n; i++)
		gaps += s.p[i] > ' ' && s.p[i - 1] == ' ' && s.p[i - 2] == ' ';
	return gaps >= 2;
}

static bool
is_table(const struct lines *l, size_t from, size_t to)
{
	size_t rows = 0;

	for (size_t i = from; i < to; i++)
		rows += is_row(line_span(l, i));
	return rows >= 2 && 2 * rows >= to - from;
}

static size_t
paragraph(const struct lines *l, size_t i, bool *technical)
{
	unsigned under = i < l->n ? l->v[i].under : 0;

	*technical = false;
	for (; i < l->n && line_is_new(l, i) && l->v[i].under == under &&
		(l->v[i].shape == SHAPE_PROSE ||
			l->v[i].shape == SHAPE_BULLET ||
			l->v[i].shape == SHAPE_NUMBERED);
		i++)
		*technical = *technical || is_technical(l, i);
	return i;
}

/* A block of code under it, a blank line between or not, belongs to it. */
static size_t
code_below(const struct lines *l, size_t i)
{
	size_t k = i, end = i;

	while (k < l->n && k < i + 2 && l->v[k].kind == LINE_NEW &&
		(l->v[k].n == 0 || l->v[k].shape == SHAPE_FENCE))
		k++;
	while (k < l->n && l->v[k].kind == LINE_NEW &&
		(l->v[k].shape == SHAPE_CODE || l->v[k].indent >= 2 ||
			(l->v[k].fenced && l->v[k].shape == SHAPE_BLANK)) &&
		l->v[k].n > 0)
		end = ++k;
	return end;
}

bool
narrated_find(const struct reading *g, size_t *from, size_t *to)
{
	const struct lines *l = &g->lines;
	struct story *s = ARENA_NEW(g->a, struct story);
	size_t best = 0;

	s->g = g;
	for (size_t i = 0, end; i<l->n; i = end> i ? end : i + 1) {
		bool technical, busy = false;

		end = paragraph(l, i, &technical);
		if (end == i || steps_none_under(l->v[i].under) ||
			l->v[i].hollow ||
			hit_in(&g->hits[M_WITHHELD], i, end) ||
			is_table(l, i, end))
			continue;
		size_t with_code = code_below(l, end);
		read_paragraph(s, i, end);
		size_t n = s->n >= 4 ? actions(s, &busy) : 0;
		if (n > 0 && busy &&
			(technical || with_code > end || is_told_to_do(s)))
			n++;
		if (n < ENOUGH || n <= best || !busy)
			continue;
		best = n;
		*from = i;
		*to = with_code;
	}
	return best > 0;
}
