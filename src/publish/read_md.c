/*
 * read_md.c - a Markdown file as a document, by way of cmark.
 *
 * cmark reads CommonMark; what published policies use beyond it is read
 * here: tables (as an item a row), warnings in a quotation, comments, both
 * <!-- --> and the link that nobody sees, [//]: # (words).
 */
#include "publish/doc.h"

#include <cmark.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LISTS_MAX = 16 };

struct hidden {
	unsigned line;
	struct span text;
};

struct md {
	struct doc_builder b;
	struct span source;
	size_t *lines; /* where line i + 1 begins */
	size_t n_lines;
	struct hidden *hidden; /* comments cmark does not tell of, by line */
	size_t n_hidden, next_hidden;
	unsigned list, quote; /* how deep */
	bool note;            /* in a quotation that is a warning */
	bool lead;            /* a warning's first word may stand here */
	bool table;           /* rows follow */
	bool bar;             /* a cell begins */
	unsigned cells, row_line, rule_line;
	unsigned numbers[LISTS_MAX]; /* of the last item, by depth */
};

static struct span
line_at(const struct md *m, unsigned n)
{
	struct span rest, line = SPAN_NONE;

	if (n == 0 || n > m->n_lines)
		return SPAN_NONE;
	rest = span_from(m->source, m->lines[n - 1]);
	(void)span_line(&rest, &line);
	return line;
}

/* [//]: # (This is not shown.) - any label and target will do, as long as
 * it is of the kind that people use for it. */
static bool
is_comment_link(struct span line, struct span *text)
{
	struct span s = span_trim(line);
	size_t close = span_find(s, "]:");
	struct span target, label = span_cut(s, 1, close);

	if (!span_starts(s, "[") || close == s.n)
		return false;
	target = span_trim(span_from(s, close + 2));
	if (!(span_is(label, "//") || span_is_nocase(label, "comment") ||
		    span_starts(target, "# ") || span_starts(target, "<> ")))
		return false;
	*text = span_trim(span_from(target, span_find_byte(target, ' ')));
	if (text->n < 2 || !strchr("('\"", text->p[0]))
		return false;
	*text = span_trim(span_cut(*text, 1, text->n - 1));
	return text->n > 0;
}

static void
find_lines(struct md *m)
{
	struct span rest = m->source, line, text;
	size_t n = 0;
	unsigned at = 0;

	for (size_t i = 0; i < m->source.n; i++)
		n += m->source.p[i] == '\n';
	m->lines = ARENA_ARRAY(m->b.a, n + 2, size_t);
	m->hidden = ARENA_ARRAY(m->b.a, n + 2, struct hidden);
	while (rest.n > 0) {
		m->lines[m->n_lines++] = (size_t)(rest.p - m->source.p);
		if (!span_line(&rest, &line))
			break;
		at++;
		if (is_comment_link(line, &text))
			m->hidden[m->n_hidden++] = (struct hidden){at, text};
	}
}

static void
begin(struct md *m, enum block_kind kind, unsigned level, unsigned line)
{
	for (; m->next_hidden < m->n_hidden &&
		(line == 0 || m->hidden[m->next_hidden].line < line);
		m->next_hidden++) {
		const struct hidden *h = &m->hidden[m->next_hidden];

		doc_block(&m->b, BLOCK_COMMENT, 0, h->line);
		doc_words(&m->b, h->text);
	}
	doc_block(&m->b, kind, level, line);
}

/* The second line of a table: |---|:-:| */
static bool
is_table(const struct md *m, cmark_node *paragraph)
{
	unsigned line = (unsigned)cmark_node_get_start_line(paragraph);
	struct span head = line_at(m, line);
	struct span rule = span_trim(line_at(m, line + 1));
	bool dash = false;

	if (cmark_node_get_end_line(paragraph) <= (int)line ||
		span_find_byte(head, '|') == head.n)
		return false;
	for (size_t i = 0; i < rule.n; i++) {
		if (!strchr(" |:-", rule.p[i]) || rule.p[i] == 0)
			return false;
		dash = dash || rule.p[i] == '-';
	}
	return dash;
}

/* "| a | b |" becomes "a: b". */
static void
put_cells(struct md *m, struct span s)
{
	if (m->row_line == m->rule_line)
		return;
	while (s.n > 0) {
		size_t end = span_find_byte(s, '|');
		struct span cell = span_cut(s, 0, end);

		if (span_trim(cell).n > 0) {
			if (m->bar && m->cells > 0)
				doc_words(&m->b,
					m->cells == 1 ? SPAN_LIT(": ") :
							SPAN_LIT("; "));
			if (m->bar)
				cell = span_from(cell,
					(size_t)(span_trim(cell).p - cell.p));
			if (end < s.n)
				cell.n = (size_t)(span_trim(cell).p +
					span_trim(cell).n - cell.p);
			m->cells += m->bar;
			m->bar = false;
			doc_words(&m->b, cell);
		}
		m->bar = m->bar || end < s.n;
		s = span_from(s, end + 1);
	}
}

static bool
is_lead(struct span s)
{
	while (s.n > 0 && strchr(":![]* \t", s.p[0]) && s.p[0])
		s = span_from(s, 1);
	while (s.n > 0 && strchr(":![]* \t", s.p[s.n - 1]) && s.p[s.n - 1])
		s.n--;
	return doc_is_lead(s);
}

/* What stands in a text node; a warning's own word is not text of ours. */
static void
put_text(struct md *m, struct span s)
{
	if (m->lead) {
		size_t end = span_find_byte(s, ':');

		/* "[!" "NOTE" "]" come in pieces; so does "warning" ":" */
		if (is_lead(s) || span_trim(s).n == 0 || span_is(s, "[") ||
			span_is(s, "!") || span_is(s, "[!") ||
			span_is(s, "]") || span_is(s, ":"))
			return;
		m->lead = false;
		if (end < s.n && is_lead(span_cut(s, 0, end)))
			s = span_from(s, end + 1);
		else if (end == 0)
			s = span_from(s, 1);
		while (s.n > 0 && s.p[0] == ' ')
			s = span_from(s, 1);
	}
	if (m->table)
		put_cells(m, s);
	else
		doc_words(&m->b, s);
}

static void
put_break(struct md *m)
{
	if (m->lead)
		return;
	if (m->table) {
		doc_block(&m->b, BLOCK_ITEM, 1, ++m->row_line);
		m->cells = 0;
		m->bar = true;
	} else
		doc_words(&m->b, SPAN_LIT("\n"));
}

static bool
is_warning(cmark_node *quote)
{
	cmark_node *n = cmark_node_first_child(quote);
	char text[40] = "";

	n = n ? cmark_node_first_child(n) : NULL;
	for (; n && strlen(text) < 20; n = cmark_node_next(n)) {
		cmark_node *t = n;
		const char *literal;

		while (t && cmark_node_get_type(t) != CMARK_NODE_TEXT)
			t = cmark_node_first_child(t);
		literal = t ? cmark_node_get_literal(t) : NULL;
		if (literal == NULL)
			break;
		size_t used = strlen(text);
		(void)snprintf(
			text + used, sizeof text - used, "%.30s", literal);
		struct span s = span_of(text);
		size_t end = span_find_byte(s, ':');

		if (end > 0 && is_lead(end < s.n ? span_cut(s, 0, end) : s))
			return true;
	}
	return false;
}

static void
put_entity(struct md *m, struct span *s)
{
	static const struct {
		const char *name, *text;
	} known[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"},
		{"&quot;", "\""}, {"&nbsp;", " "}, {"&#39;", "'"}};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (span_starts(*s, known[i].name)) {
			doc_words(&m->b, span_of(known[i].text));
			*s = span_from(*s, strlen(known[i].name));
			return;
		}
	doc_words(&m->b, SPAN_LIT("&"));
	*s = span_from(*s, 1);
}

/* A block of HTML: its words, its comments, and none of its tags. */
static void
put_html(struct md *m, struct span s, unsigned line)
{
	begin(m, BLOCK_PARAGRAPH, 0, line);
	while (s.n > 0) {
		size_t tag = 0;

		while (tag < s.n && s.p[tag] != '<' && s.p[tag] != '&')
			tag++;
		struct span words = span_cut(s, 0, tag);
		doc_words(&m->b, words);
		for (size_t i = 0; i < words.n; i++)
			line += words.p[i] == '\n';
		s = span_from(s, tag);
		if (span_starts(s, "<!--")) {
			size_t end = span_find(s, "-->");
			struct span inner = span_cut(s, 4, end);

			doc_block(&m->b, BLOCK_COMMENT, 0, line);
			doc_words(&m->b, span_trim(inner));
			for (size_t i = 0; i < inner.n; i++)
				line += inner.p[i] == '\n';
			doc_block(&m->b, BLOCK_PARAGRAPH, 0, line);
			s = span_from(s, end + 3);
		} else if (s.n > 0 && s.p[0] == '<') {
			size_t end = span_find_byte(s, '>');

			if (span_starts_nocase(s, "<p") ||
				span_starts_nocase(s, "<li") ||
				span_starts_nocase(s, "<tr"))
				doc_block(&m->b, BLOCK_PARAGRAPH, 0, line);
			else
				doc_words(&m->b, SPAN_LIT(" "));
			s = span_from(s, end + 1);
		} else if (s.n > 0)
			put_entity(m, &s);
	}
}

static void
enter_paragraph(struct md *m, cmark_node *n, unsigned line)
{
	cmark_node *up = cmark_node_parent(n), *list;
	bool first = cmark_node_first_child(up) == n;

	m->table = false;
	if (m->note) {
		begin(m, BLOCK_NOTE, 0, line);
		m->lead = first;
	} else if (cmark_node_get_type(up) == CMARK_NODE_ITEM && first) {
		begin(m, BLOCK_ITEM, m->list, line);
		list = cmark_node_parent(up);
		if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST)
			doc_number(&m->b, m->numbers[m->list % LISTS_MAX]);
	} else if (is_table(m, n)) {
		m->table = true;
		m->row_line = line;
		m->rule_line = line + 1;
		m->cells = 0;
		m->bar = true;
		begin(m, BLOCK_ITEM, 1, line);
	} else
		begin(m, BLOCK_PARAGRAPH, 0, line);
}

static void
enter(struct md *m, cmark_node *n)
{
	unsigned line = (unsigned)cmark_node_get_start_line(n);
	const char *literal;

	switch (cmark_node_get_type(n)) {
	case CMARK_NODE_HEADING:
		m->table = false;
		begin(m, BLOCK_HEADING,
			(unsigned)cmark_node_get_heading_level(n), line);
		break;
	case CMARK_NODE_PARAGRAPH:
		enter_paragraph(m, n, line);
		break;
	case CMARK_NODE_LIST:
		m->list++;
		m->numbers[m->list % LISTS_MAX] = 0;
		break;
	case CMARK_NODE_ITEM:
		m->numbers[m->list % LISTS_MAX]++;
		break;
	case CMARK_NODE_BLOCK_QUOTE:
		m->note = m->quote++ == 0 ? is_warning(n) : m->note;
		break;
	case CMARK_NODE_CODE_BLOCK:
		begin(m, BLOCK_CODE, 0, line);
		doc_words(&m->b, span_of(cmark_node_get_literal(n)));
		break;
	case CMARK_NODE_HTML_BLOCK:
		put_html(m, span_of(cmark_node_get_literal(n)), line);
		break;
	case CMARK_NODE_TEXT:
	case CMARK_NODE_CODE:
		put_text(m, span_of(cmark_node_get_literal(n)));
		break;
	case CMARK_NODE_HTML_INLINE:
		literal = cmark_node_get_literal(n);
		if (literal && span_starts_nocase(span_of(literal), "<br"))
			doc_words(&m->b, SPAN_LIT(" "));
		break;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK:
		put_break(m);
		break;
	case CMARK_NODE_LINK:
		m->lead = false;
		doc_link(&m->b, arena_strdup(m->b.a, cmark_node_get_url(n)));
		break;
	default: /* what only changes how it looks */
		break;
	}
}

static void
leave(struct md *m, cmark_node *n)
{
	switch (cmark_node_get_type(n)) {
	case CMARK_NODE_LIST:
		m->list--;
		break;
	case CMARK_NODE_BLOCK_QUOTE:
		if (--m->quote == 0)
			m->note = false;
		break;
	case CMARK_NODE_LINK:
		doc_link(&m->b, NULL);
		break;
	case CMARK_NODE_PARAGRAPH:
		m->lead = false;
		break;
	default:
		break;
	}
}

bool
doc_read_md(struct arena *a, struct span text, const struct doc **out,
	struct err *err)
{
	struct md m = {.source = text};
	cmark_event_type event;

	if (text.n > DOC_MAX)
		return err_set(err, ERR_LIMIT,
			"the document is larger than %d bytes", DOC_MAX);
	doc_begin(&m.b, a);
	find_lines(&m);
	cmark_node *root = cmark_parse_document(
		text.p ? (const char *)text.p : "", text.n, CMARK_OPT_DEFAULT);
	cmark_iter *walk = cmark_iter_new(root);
	while ((event = cmark_iter_next(walk)) != CMARK_EVENT_DONE) {
		if (event == CMARK_EVENT_ENTER)
			enter(&m, cmark_iter_get_node(walk));
		else
			leave(&m, cmark_iter_get_node(walk));
	}
	begin(&m, BLOCK_PARAGRAPH, 0, 0); /* comments at the end */
	cmark_iter_free(walk);
	cmark_node_free(root);
	*out = doc_end(&m.b);
	return true;
}
