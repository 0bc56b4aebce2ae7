/*
 * mime_html_tag.c - what each tag does to text, and what stands inside it.
 */
#include "mime/mime_html.h"
#include "mime/mime_text.h"

/* Sorted, for the search in mime_html_tag(). */
static const struct html_tag tags[] = {
	{"a", ACT_LINK},
	{"address", ACT_BLOCK},
	{"article", ACT_BLOCK},
	{"aside", ACT_BLOCK},
	{"blockquote", ACT_QUOTE},
	{"body", ACT_BLOCK},
	{"br", ACT_BREAK},
	{"caption", ACT_BLOCK},
	{"center", ACT_BLOCK},
	{"dd", ACT_BLOCK},
	{"div", ACT_BLOCK},
	{"dl", ACT_PARAGRAPH},
	{"dt", ACT_BLOCK},
	{"fieldset", ACT_BLOCK},
	{"figure", ACT_BLOCK},
	{"footer", ACT_BLOCK},
	{"form", ACT_BLOCK},
	{"h1", ACT_PARAGRAPH},
	{"h2", ACT_PARAGRAPH},
	{"h3", ACT_PARAGRAPH},
	{"h4", ACT_PARAGRAPH},
	{"h5", ACT_PARAGRAPH},
	{"h6", ACT_PARAGRAPH},
	{"header", ACT_BLOCK},
	{"hr", ACT_RULE},
	{"img", ACT_IMAGE},
	{"li", ACT_ITEM},
	{"main", ACT_BLOCK},
	{"menu", ACT_LIST},
	{"nav", ACT_BLOCK},
	{"ol", ACT_ORDERED},
	{"option", ACT_BLOCK},
	{"p", ACT_PARAGRAPH},
	{"pre", ACT_PRE},
	{"script", ACT_SKIP},
	{"section", ACT_BLOCK},
	{"style", ACT_SKIP},
	{"table", ACT_BLOCK},
	{"tbody", ACT_BLOCK},
	{"td", ACT_CELL},
	{"textarea", ACT_BLOCK},
	{"tfoot", ACT_BLOCK},
	{"th", ACT_CELL},
	{"thead", ACT_BLOCK},
	{"title", ACT_SKIP},
	{"tr", ACT_BLOCK},
	{"ul", ACT_LIST},
};

const struct html_tag *
mime_html_tag(struct span name)
{
	size_t low = 0, high = ARRAY_LEN(tags);

	while (low < high) {
		size_t middle = (low + high) / 2;
		const char *word = tags[middle].name;
		size_t i = 0;
		int order = 0;

		for (; i < name.n && order == 0; i++)
			order = (name.p[i] | 0x20) - (unsigned char)word[i];
		if (order == 0 && word[i] == '\0')
			return &tags[middle];
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct span
mime_html_attribute(struct span tag, const char *name)
{
	for (size_t i = 0; i < tag.n;) {
		while (i < tag.n &&
			(mime_html_is_space(tag.p[i]) || tag.p[i] == '/'))
			i++;
		size_t from = i;
		while (i < tag.n && !mime_html_is_space(tag.p[i]) &&
			tag.p[i] != '=' && tag.p[i] != '/')
			i++;
		struct span word = span_cut(tag, from, i);
		while (i < tag.n && mime_html_is_space(tag.p[i]))
			i++;
		if (i == tag.n || tag.p[i] != '=') {
			i += i == from; /* always forward */
			continue;
		}
		i++;
		while (i < tag.n && mime_html_is_space(tag.p[i]))
			i++;
		unsigned char quote =
			i < tag.n && (tag.p[i] == '"' || tag.p[i] == '\'') ?
			tag.p[i++] :
			0;
		from = i;
		while (i < tag.n &&
			(quote ? tag.p[i] != quote :
				 !mime_html_is_space(tag.p[i])))
			i++;
		if (span_is_nocase(word, name))
			return span_cut(tag, from, i);
		i += i < tag.n;
	}
	return SPAN_NONE;
}

const char *
mime_html_charset(struct arena *a, struct span html)
{
	enum { NEAR = 2048, LONGEST = 40 };
	struct span s = span_cut(html, 0, NEAR);
	size_t at = span_find_nocase(s, "charset="), n = 0;

	s = span_from(s, at == s.n ? at : at + 8);
	while (s.n > 0 && (s.p[0] == '"' || s.p[0] == '\'' || s.p[0] == ' '))
		s = span_from(s, 1);
	while (n < s.n && s.p[n] > ' ' && s.p[n] < 0x7f &&
		strchr("\"'/>;", s.p[n]) == NULL)
		n++;
	return n > 0 && n <= LONGEST ? arena_text(a, span_cut(s, 0, n)) : NULL;
}
