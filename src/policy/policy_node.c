/* policy_node.c - YAML events to a tree; JSON to the same tree. */
#include "policy/policy_node.h"

#include <inttypes.h>
#include <string.h>
#include <yaml.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "policy/policy.h"

/* A list or map that is being read; `tail` is where the next child goes. */
struct level {
	struct node *node;
	const struct node **tail;
	const struct node *key; /* read, its value not yet */
};

struct reader {
	struct arena *a;
	const struct source *src;
	struct problems *problems;
	struct level levels[NODE_MAX_DEPTH];
	size_t depth, nodes;
	const struct node *root;
	unsigned documents;
	bool stop;
};

static struct place
place_of(const struct reader *r, yaml_mark_t mark)
{
	return (struct place){
		r->src, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

static void
refuse(struct reader *r, yaml_mark_t mark, const char *what)
{
	problem_at(r->problems, place_of(r, mark), "%s", what);
	r->stop = true;
}

/* Keys are few in a well-formed policy; the limit on nodes bounds the rest:
 * a map of over 500 keys is refused before its keys are compared. */
static void
check_twice(struct reader *r, const struct level *level, const struct node *key)
{
	if (level->node->n >= 500) {
		problem_at(r->problems, key->at, "a map of more than 500 keys");
		r->stop = true;
		return;
	}
	for (const struct node *c = level->node->first; c; c = c->next)
		if (span_eq(c->key->text, key->text)) {
			problem_at(r->problems, key->at,
				"the key %s is given twice; line %u has it "
				"already",
				quoted(r->a, key->text), c->key->at.line);
			return;
		}
}

/* Hangs a node in under the innermost list or map. */
static void
hang(struct reader *r, struct node *node)
{
	if (r->depth == 0) {
		r->root = node;
		return;
	}
	struct level *level = &r->levels[r->depth - 1];

	if (level->node->type == NODE_MAP && level->key == NULL) {
		if (node->type != NODE_SCALAR) {
			problem_at(r->problems, node->at,
				"a key must be a word, not %s",
				node_what(node));
			r->stop = true;
			return;
		}
		check_twice(r, level, node);
		level->key = node;
		return;
	}
	node->key = level->key;
	level->key = NULL;
	*level->tail = node;
	level->tail = &node->next;
	level->node->n++;
}

static void
begin(struct reader *r, const yaml_event_t *e, enum node_type type,
	const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor) {
		refuse(r, e->start_mark,
			"anchors (&name) are not used in policies; write "
			"the words again, or use 'values'");
		return;
	}
	if (tag) {
		refuse(r, e->start_mark,
			"tags (!name) are not used in policies");
		return;
	}
	if (++r->nodes > NODE_MAX) {
		refuse(r, e->start_mark, "more than 20000 words and lists");
		return;
	}
	struct node *node = ARENA_NEW(r->a, struct node);

	node->type = type;
	node->at = place_of(r, e->start_mark);
	if (type == NODE_SCALAR) {
		node->text = arena_dup(r->a,
			span_make(e->data.scalar.value, e->data.scalar.length));
		node->literal =
			e->data.scalar.style == YAML_LITERAL_SCALAR_STYLE;
		if (e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
			node->plain_end = place_of(r, e->end_mark);
	}
	hang(r, node);
	if (type == NODE_SCALAR || r->stop)
		return;
	if (r->depth == NODE_MAX_DEPTH) {
		refuse(r, e->start_mark,
			"nested more than 8 deep; a policy needs 4");
		return;
	}
	r->levels[r->depth++] = (struct level){node, &node->first, NULL};
}

static void
take_event(struct reader *r, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		begin(r, e, NODE_SCALAR, e->data.scalar.anchor,
			e->data.scalar.tag);
		break;
	case YAML_SEQUENCE_START_EVENT:
		begin(r, e, NODE_LIST, e->data.sequence_start.anchor,
			e->data.sequence_start.tag);
		break;
	case YAML_MAPPING_START_EVENT:
		begin(r, e, NODE_MAP, e->data.mapping_start.anchor,
			e->data.mapping_start.tag);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		r->depth--;
		break;
	case YAML_ALIAS_EVENT:
		refuse(r, e->start_mark,
			"aliases (*name) are not used in policies; write "
			"the words again, or use 'values'");
		break;
	case YAML_DOCUMENT_START_EVENT:
		if (++r->documents > 1)
			refuse(r, e->start_mark,
				"a second document; a policy is one");
		break;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
}

struct span
source_line(const struct source *src, unsigned n)
{
	struct span rest = src->text, line = SPAN_NONE;

	for (unsigned i = 0; i < n; i++)
		if (!span_line(&rest, &line))
			return SPAN_NONE;
	return line;
}

static bool
is_tab(const struct reader *r, yaml_mark_t mark)
{
	struct span line = source_line(r->src, (unsigned)mark.line + 1);

	return mark.column < line.n && line.p[mark.column] == '\t';
}

/* The value that stands in a line, as far as that can be seen. */
static struct span
value_in(struct span line)
{
	for (size_t i = 0; i + 1 < line.n; i++)
		if (line.p[i] == ':' && line.p[i + 1] == ' ')
			return span_trim(span_from(line, i + 2));
	line = span_trim(line);
	return span_starts(line, "- ") ? span_trim(span_from(line, 2)) : line;
}

/* What YAML's own words do not say: prose has signs that mean something
 * else to it. */
static const char *
yaml_hint(const struct reader *r, yaml_mark_t mark, const char *problem)
{
	struct span line = source_line(r->src, (unsigned)mark.line + 1);
	struct span value = value_in(line);

	if (problem && strncmp(problem, "mapping values", 14) == 0)
		return "; words with ': ' in them need quotes, or stand below "
		       "after a '>'";
	if (problem && strncmp(problem, "did not find expected ','", 25) == 0)
		return "; in a list or map on one line, words with any of "
		       "{ } [ ] , need quotes";
	if (value.n == 0)
		return "";
	switch (value.p[0]) {
	case '{':
	case '[':
	case '@':
	case '`':
	case '%':
	case '&':
	case '*':
	case '!':
	case ',':
		return arena_printf(r->a,
			"; words that begin with '%c' need quotes, or stand "
			"below after a '>'",
			value.p[0]);
	case '\'':
		return "; between single quotes a ' is written ''";
	case '"':
		return "; between double quotes a \" is written \\\", and a "
		       "\\ is written \\\\";
	default:
		return "";
	}
}

static void
say_syntax(struct reader *r, const yaml_parser_t *parser)
{
	bool reading = parser->error == YAML_READER_ERROR;
	yaml_mark_t mark = reading ? parser->mark : parser->problem_mark;
	const char *since = "";

	if (parser->context && parser->context_mark.line < mark.line)
		since = arena_printf(r->a, " %s that begins in line %zu",
			parser->context, parser->context_mark.line + 1);
	if (is_tab(r, mark))
		problem_at(r->problems, place_of(r, mark),
			"a tab; YAML is indented with blanks");
	else
		problem_at(r->problems, place_of(r, mark),
			"this is not YAML: %s%s%s",
			parser->problem ? parser->problem : "no reason given",
			since, yaml_hint(r, mark, parser->problem));
	r->stop = true;
}

static void
read_events(struct reader *r, yaml_parser_t *parser)
{
	for (bool end = false; !end && !r->stop;) {
		yaml_event_t e;

		if (!yaml_parser_parse(parser, &e)) {
			say_syntax(r, parser);
			return;
		}
		take_event(r, &e);
		end = e.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&e);
	}
}

/* The place of the first byte that is no text, if there is one. */
static bool
check_bytes(struct reader *r)
{
	struct place at = {r->src, 1, 1};
	struct span s = r->src->text;

	if (s.n > POLICY_MAX_FILE) {
		problem_at(r->problems, at,
			"the file has %zu bytes; at most %d", s.n,
			POLICY_MAX_FILE);
		return false;
	}
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		uint32_t c = utf8_next(s, &i);

		if (c == 0xfffd && i - from == 1) {
			problem_at(r->problems, at,
				"byte 0x%02x is not UTF-8; save the file as "
				"UTF-8",
				s.p[from]);
			return false;
		}
		if ((utf8_is_control(c) && c != '\r') || utf8_is_bidi(c)) {
			problem_at(r->problems, at,
				"the unseen character U+%04" PRIX32
				"; take it out",
				c);
			return false;
		}
		at.column++;
		if (c == '\n') {
			at.line++;
			at.column = 1;
		}
	}
	return true;
}

const struct node *
node_of_yaml(struct arena *a, const struct source *src, struct problems *p)
{
	struct reader r = {.a = a, .src = src, .problems = p};
	struct span text = src->text;
	yaml_parser_t parser;

	if (!check_bytes(&r))
		return NULL;
	if (span_starts(text, "\xef\xbb\xbf")) /* some editors' mark */
		text = span_from(text, 3);
	if (!yaml_parser_initialize(&parser))
		abort(); /* no memory: as everywhere, the process ends */
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, text.p, text.n);
	read_events(&r, &parser);
	yaml_parser_delete(&parser);
	if (r.stop)
		return NULL;
	if (r.root == NULL) {
		problem_at(p, (struct place){src, 1, 1},
			"the file is empty; a policy begins with 'policy: 1'");
		return NULL;
	}
	return r.root;
}

static struct node *
json_node(struct arena *a, const json_t *v, unsigned depth, size_t *left)
{
	struct node *node = ARENA_NEW(a, struct node);
	const struct node **tail = &node->first;
	const char *key;
	const json_t *item;

	if (depth > NODE_MAX_DEPTH || *left == 0)
		return NULL;
	--*left;
	node->type = json_is_object(v) ? NODE_MAP :
		json_is_array(v)       ? NODE_LIST :
					 NODE_SCALAR;
	if (json_is_string(v))
		node->text = arena_dup(a,
			span_make(json_string_value(v), json_string_length(v)));
	else if (json_is_integer(v))
		node->text = span_of(arena_printf(
			a, "%" JSON_INTEGER_FORMAT, json_integer_value(v)));
	else if (json_is_boolean(v))
		node->text = json_is_true(v) ? SPAN_LIT("yes") : SPAN_LIT("no");
	for (size_t i = 0; i < json_array_size(v); i++) {
		struct node *c =
			json_node(a, json_array_get(v, i), depth + 1, left);

		if (c == NULL)
			return NULL;
		*tail = c;
		tail = &c->next;
		node->n++;
	}
	json_object_foreach((json_t *)(uintptr_t)v, key, item)
	{
		struct node *c = json_node(a, item, depth + 1, left);
		struct node *name = ARENA_NEW(a, struct node);

		if (c == NULL)
			return NULL;
		name->text = arena_dup(a, span_of(key));
		c->key = name;
		*tail = c;
		tail = &c->next;
		node->n++;
	}
	return node;
}

const struct node *
node_of_json(struct arena *a, const json_t *v)
{
	size_t left = NODE_MAX;

	return json_node(a, v, 0, &left);
}

const struct node *
node_get(const struct node *map, const char *key)
{
	for (const struct node *c = map->first; c; c = c->next)
		if (c->key && span_is(c->key->text, key))
			return c;
	return NULL;
}

const char *
node_what(const struct node *n)
{
	switch (n->type) {
	case NODE_SCALAR:
		return n->text.n > 0 ? "a word" : "nothing";
	case NODE_LIST:
		return "a list";
	case NODE_MAP:
		return "a map";
	}
	return "";
}
