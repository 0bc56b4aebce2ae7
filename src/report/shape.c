/*
 * shape.c - what a line looks like: heading, item of a list, code, prose.
 *
 * Reports are written in Markdown, in half of it, or in plain text with
 * colons; a heading is known by its marks or by naming a topic that reports
 * have. A line that is neither is prose: to miss a heading costs a fact, to
 * see one in a sentence would cut that sentence's section short.
 */
#include "report/ascii.h"
#include "report/find.h"

enum {
	LEVEL_BOLD = 7,
	LEVEL_PLAIN = 8,
	NAME_WORDS = 12,
	NAME_BYTES = 120,
	LABEL_BYTES = 60, /* of a heading without marks */
};

static uint8_t
indent_of(struct span s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s.n && is_blank(s.p[i]) && n < 200; i++)
		n += s.p[i] == '\t' ? 8 : 1;
	return (uint8_t)(n > 200 ? 200 : n);
}

static struct span
trim_marks(struct span s, const char *marks)
{
	while (s.n > 0 && strchr(marks, s.p[0]) && s.p[0])
		s = span_from(s, 1);
	while (s.n > 0 && strchr(marks, s.p[s.n - 1]) && s.p[s.n - 1])
		s.n--;
	return s;
}

/* ---- items ---- */

/* "1." "(2)" "3:" "#4" at the start of s: its length, else 0. */
static size_t
number_mark(struct span s, uint16_t *number)
{
	size_t i = 0, digits;
	unsigned n = 0;

	if (i < s.n && (s.p[i] == '(' || s.p[i] == '#' || s.p[i] == '['))
		i++;
	for (digits = 0; i < s.n && is_digit(s.p[i]) && digits < 4; digits++)
		n = n * 10 + (unsigned)(s.p[i++] - '0');
	if (digits == 0 || digits > 3 || i >= s.n)
		return 0;
	if (s.p[i] == '.' && i + 1 < s.n && s.p[i + 1] == ')')
		i++;
	if (!strchr(".):]-", s.p[i]) || s.p[i] == '\0')
		return 0;
	i++;
	if (i < s.n && !is_blank(s.p[i]))
		return 0;
	while (i < s.n && is_blank(s.p[i]))
		i++;
	*number = (uint16_t)n;
	return i;
}

/* "Step 2:" "Schritt 2 -" : its length, else 0. */
static size_t
step_mark(struct span s, uint16_t *number)
{
	static const char *const words[] = {
		"step", "schritt", "étape", "paso", "etape"};
	unsigned n = 0;
	size_t i = 0;

	i = begins_any(s, words, ARRAY_LEN(words));
	if (i == 0)
		return 0;
	while (i < s.n && (is_blank(s.p[i]) || s.p[i] == '#'))
		i++;
	size_t digits = i;
	while (i < s.n && is_digit(s.p[i]) && i - digits < 3)
		n = n * 10 + (unsigned)(s.p[i++] - '0');
	if (i == digits)
		return 0;
	while (i < s.n && strchr(" \t:.)-*", s.p[i]) && s.p[i])
		i++;
	*number = (uint16_t)n;
	return i;
}

static size_t
bullet_mark(struct span s)
{
	static const char *const marks[] = {
		"- ", "* ", "+ ", "• ", "– ", "‣ ", "◦ ", "· ", "o "};

	size_t n = begins_any(s, marks, ARRAY_LEN(marks));

	if (n > 0)
		return n;
	return s.n == 1 && strchr("-*+", s.p[0]) ? 1 : 0;
}

/* ---- code ---- */

static bool
word_in(struct span s, const char *const *sorted, size_t n)
{
	for (size_t low = 0; low < n;) {
		size_t mid = (low + n) / 2;
		size_t len = strlen(sorted[mid]);
		int c = memcmp(s.p, sorted[mid], s.n < len ? s.n : len);

		if (c == 0 && s.n == len)
			return true;
		if (c < 0 || (c == 0 && s.n < len))
			n = mid;
		else
			low = mid + 1;
	}
	return false;
}

static bool
is_command(struct span s)
{
	static const char *const commands[] = {"airflow", "ansible", "apt",
		"apt-get", "aws", "base64", "bash", "cargo", "cat", "cd",
		"chmod", "chown", "cp", "curl", "dig", "docker",
		"docker-compose", "echo", "export", "ffuf", "gcc", "gdb", "git",
		"go", "gobuster", "helm", "http", "java", "jq", "kubectl", "ln",
		"make", "mkdir", "msfconsole", "mv", "mysql", "nc", "ncat",
		"nikto", "nmap", "node", "npm", "npx", "nslookup", "nuclei",
		"openssl", "perl", "php", "pip", "pip3", "podman", "poetry",
		"printf", "psql", "pytest", "python", "python2", "python3",
		"rm", "ruby", "sed", "sh", "socat", "sqlite3", "sqlmap", "ssh",
		"sudo", "tar", "telnet", "touch", "uv", "virtualenv", "wget",
		"zip"};
	size_t end = 0;

	while (end < s.n && end < 16 && !is_blank(s.p[end]))
		end++;
	if (end < 2 || end == s.n || is_upper(s.p[0]) || !is_blank(s.p[end]) ||
		!word_in(span_cut(s, 0, end), commands, ARRAY_LEN(commands)))
		return false;
	struct span rest = span_trim(span_cut(s, end, 200));
	if (rest.n == 0)
		return false;
	for (size_t i = 0; i < rest.n; i++)
		if (strchr("/=|>$\"'\\{<", rest.p[i]) && rest.p[i])
			return true;
	/* no punctuation: an option, or few words that end without a stop */
	return rest.p[0] == '-' || span_find(rest, " -") < rest.n ||
		(rest.p[rest.n - 1] != '.' && rest.n < 40);
}

static bool
is_request_line(struct span s)
{
	static const char *const methods[] = {"GET /", "POST /", "PUT /",
		"DELETE /", "PATCH /", "HEAD /", "OPTIONS /", "HTTP/1",
		"HTTP/2"};

	size_t n = begins_any(s, methods, ARRAY_LEN(methods));

	return n > 0 && is_upper(s.p[0]);
}

static bool
is_source(struct span s)
{
	static const char *const words[] = {"import ", "from ", "def ", "#!/",
		"class ", "print(", "<?php", "<script", "<html", "<!DOCTYPE",
		"<?xml", "#include", "!!python", "- !!python"};

	if (begins_any(s, words, ARRAY_LEN(words)) == 0 || is_upper(s.p[0]))
		return false;
	if (starts(s, "from "))
		return span_find(span_cut(s, 0, 200), " import ") <
			(s.n < 200 ? s.n : 200);
	if (starts(s, "import ") || starts(s, "class "))
		return s.n < 80 && s.p[s.n - 1] != '.';
	return true;
}

static bool
is_code(const struct line *l, struct span s)
{
	if (starts(s, "$ ") || starts(s, ">>> ") || starts(s, "PS C:\\") ||
		starts(s, "C:\\>") || starts(s, "root@") ||
		is_request_line(s) || is_source(s))
		return true;
	if (is_command(starts(s, "# ") ? span_from(s, 2) : s))
		return true;
	if (l->indent < 2)
		return false;
	size_t key = 0;
	while (key < s.n && (is_alnum(s.p[key]) || s.p[key] == '_'))
		key++;
	if (key > 0 && key < s.n && s.p[key] == ':' &&
		(key + 1 == s.n || s.p[key + 1] == ' ') && s.p[s.n - 1] != '.')
		return true; /* YAML */
	if (l->indent < 4)
		return false;
	for (size_t i = 0; i < s.n && i < 200; i++)
		if (strchr("{}();=<>$|", s.p[i]) && s.p[i])
			return true;
	return false;
}

/* ---- headings ---- */

static bool
is_number_word(const struct lines *l, const struct word *w, uint16_t *number)
{
	const unsigned char *p = (const unsigned char *)l->text + w->at;
	unsigned n = 0;

	if (w->n == 1 && (p[0] | 0x20) >= 'a' && (p[0] | 0x20) <= 'f') {
		*number = (uint16_t)((p[0] | 0x20) - 'a' + 1);
		return true;
	}
	for (size_t i = 0; i < w->n; i++) {
		if (!is_digit(p[i]) || w->n > 3)
			return false;
		n = n * 10 + (unsigned)(p[i] - '0');
	}
	*number = (uint16_t)n;
	return true;
}

struct name {
	uint8_t topic; /* MEANING_COUNT: none */
	uint16_t number;
	bool exact; /* nothing but the topic's words and fillers */
};

static const uint64_t heading_mask = UINT64_C(1) << M_H_TITLE |
	UINT64_C(1) << M_H_SUMMARY | UINT64_C(1) << M_H_STEPS |
	UINT64_C(1) << M_H_POC | UINT64_C(1) << M_H_IMPACT |
	UINT64_C(1) << M_H_VERSION | UINT64_C(1) << M_H_FIX |
	UINT64_C(1) << M_H_REFERENCE | UINT64_C(1) << M_H_TIMELINE |
	UINT64_C(1) << M_H_SEVERITY | UINT64_C(1) << M_H_CWE |
	UINT64_C(1) << M_H_CONTACT | UINT64_C(1) << M_H_BEHAVIOUR |
	UINT64_C(1) << M_H_FINDING;

/* What a heading's words name. */
static struct name
name_of(const struct lines *l, struct span s)
{
	struct word w[NAME_WORDS + 1];
	uint8_t len[MEANING_COUNT];
	struct name none = {MEANING_COUNT, 0, false}, best = none;
	size_t used, from = 0, best_len = 0, extra = 0;

	if (s.n == 0 || s.n > NAME_BYTES)
		return none;
	size_t n = words_cut(s, (uint32_t)((const char *)s.p - l->text), 0, w,
		NAME_WORDS + 1, &used);
	if (n == 0 || n > NAME_WORDS)
		return none;
	for (size_t i = 0; i < n && i < 3; i++) {
		uint64_t found = words_match(w + i, n - i, len);

		if (found >> M_CLASS & 1 && !(best.topic == M_H_STEPS))
			return none;
		if (found >> M_H_FINDING & 1 && i == 0 && n > 1 &&
			is_number_word(l, &w[1], &best.number)) {
			best.topic = M_H_FINDING;
			best.exact = n == 2;
			return best;
		}
		for (found &= heading_mask; found; found &= found - 1) {
			unsigned m = (unsigned)__builtin_ctzll(found);

			if (len[m] > best_len && m != M_H_FINDING) {
				best.topic = (uint8_t)m;
				best_len = len[m];
				from = i;
			}
		}
	}
	for (size_t i = 0; i < n; i++)
		if ((i < from || i >= from + best_len) &&
			!word_has(&w[i], W_FILLER))
			extra++;
	best.exact = extra == 0;
	return extra > (best.topic == M_H_STEPS ? 3u : 1u) ? none : best;
}

/* Offset of the colon (or dash) that ends a label in s; s.n: none. */
static size_t
label_end(struct span s)
{
	for (size_t i = 0; i < s.n && i < NAME_BYTES; i++) {
		if (s.p[i] > '-' && s.p[i] < 0x80 && s.p[i] != ':')
			continue;
		if (s.p[i] == ':' &&
			(i + 1 == s.n || is_blank(s.p[i + 1]) ||
				s.p[i + 1] == '*'))
			return i;
		if (s.p[i] == '-' && i > 0 && s.p[i - 1] == ' ' &&
			i + 1 < s.n && s.p[i + 1] == ' ')
			return i;
		if (s.n - i >= 3 && s.p[i] == 0xe2 && s.p[i + 1] == 0x80 &&
			(s.p[i + 2] == 0x93 || s.p[i + 2] == 0x94) && i > 0 &&
			s.p[i - 1] == ' ')
			return i;
	}
	return s.n;
}

struct head {
	struct span text; /* without marks */
	uint8_t level;    /* LEVEL_PLAIN: no marks */
};

static struct head
strip_heading(struct span s)
{
	struct head h = {s, LEVEL_PLAIN};
	size_t n = 0;

	while (n < s.n && s.p[n] == '#')
		n++;
	if (n > 0 && n <= 6 && n < s.n && !is_digit(s.p[n])) {
		h.level = (uint8_t)n;
		h.text = trim_marks(s, "# \t");
	} else if (s.n > 4 && (starts(s, "**") || starts(s, "__"))) {
		h.level = LEVEL_BOLD;
		h.text = span_from(s, 2);
	} else if (s.n > 4 && s.n < NAME_BYTES &&
		((s.p[0] == '=' && s.p[s.n - 1] == '=') ||
			(starts(s, "--") && s.p[s.n - 1] == '-'))) {
		h.level = 2;
		h.text = trim_marks(s, "=- \t");
	} else if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']') {
		h.text = trim_marks(s, "[] ");
	} else if (s.n > 2 && s.p[0] == '*' && !is_blank(s.p[1]) &&
		span_ends_nocase(s, "*")) {
		h.level = LEVEL_BOLD;
		h.text = trim_marks(s, "* ");
	}
	return h;
}

static void
set_heading(struct line *l, struct span line, struct head h, struct name name,
	struct span rest)
{
	l->shape = SHAPE_HEADING;
	l->topic = name.topic;
	l->level = h.level;
	if (name.number)
		l->number = name.number;
	struct span body = name.topic == MEANING_COUNT ||
			(name.topic == M_H_FINDING && rest.n == 0) ?
		h.text :
		rest;
	l->body = body.n ? (uint32_t)(body.p - line.p) : l->n;
}

/* Try to read line i as a heading; `s` is it without its indent. */
static bool
heading(struct lines *all, size_t i, struct span s)
{
	struct line *l = &all->v[i];
	struct span line = line_span(all, i);
	struct head h = strip_heading(s);
	uint16_t number = 0;
	size_t skip = step_mark(h.text, &number);

	if (skip > 0 && h.level < LEVEL_PLAIN) {
		l->shape = SHAPE_NUMBERED;
		l->number = number;
		l->step = true;
		l->body = (uint32_t)(h.text.p + skip - line.p);
		return true;
	}
	skip = number_mark(h.text, &number);
	struct span text = span_from(h.text, skip);
	size_t colon = label_end(text);
	if (h.level == LEVEL_PLAIN && colon > LABEL_BYTES)
		return false;
	struct span label = trim_marks(span_cut(text, 0, colon), "*_ \t`");
	struct span rest = trim_marks(span_from(text, colon), "*_:- \t");
	while (rest.n > 2 && rest.p[0] == 0xe2)
		rest = span_trim(span_from(rest, 3)); /* a long dash */
	struct name name = name_of(all, label);

	if (h.level == LEVEL_BOLD && rest.n > 0 && name.topic == MEANING_COUNT)
		return false; /* bold words that begin a sentence */
	if (h.level == LEVEL_BOLD && colon == text.n &&
		!span_ends_nocase(text, "**") &&
		!span_ends_nocase(text, "__") && !span_ends_nocase(s, "*"))
		return false;
	if (h.level < LEVEL_PLAIN) {
		if (number && !name.number)
			name.number = number;
		h.text = name.topic == MEANING_COUNT ?
			trim_marks(text, "*_ \t") :
			label;
		set_heading(l, line, h, name, rest);
		return true;
	}
	if (name.topic == MEANING_COUNT)
		return false;
	bool alone = rest.n == 0;
	bool marked = colon < text.n;
	if (name.topic == M_H_FINDING ? !marked && !(alone && name.exact) :
			marked        ? !(name.exact || alone ||
                                         name.topic == M_H_STEPS) :
					!name.exact || label.n > 60 ||
				span_ends_nocase(text, ".") ||
				span_ends_nocase(text, "?"))
		return false;
	if (skip > 0 && !name.exact && name.topic != M_H_FINDING)
		return false; /* an item that happens to begin so */
	if (!marked && is_alpha(label.p[0]) && !is_upper(label.p[0]) &&
		name.topic != M_H_STEPS)
		return false; /* the last word of a wrapped sentence */
	h.text = label;
	set_heading(l, line, h, name, rest);
	return true;
}

/* ---- one line ---- */

static bool
is_rule(struct span s)
{
	if (s.n < 3 || !strchr("-=_*~#", s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] != s.p[0])
			return false;
	return true;
}

/* A rule under a short line makes a heading of that line. */
static void
underline(struct lines *all, size_t i, unsigned char with)
{
	if (i == 0 || (with != '=' && with != '-'))
		return;
	struct line *l = &all->v[i - 1];
	struct span s = line_span(all, i - 1);

	if (l->kind != LINE_NEW || l->shape == SHAPE_BLANK ||
		l->shape == SHAPE_CODE || s.n > NAME_BYTES ||
		(i > 1 && all->v[i - 2].shape == SHAPE_PROSE &&
			all->v[i - 2].kind == LINE_NEW))
		return;
	struct name name = name_of(all, trim_marks(s, ":*# "));
	struct head h = {s, with == '=' ? 1 : 2};
	if (l->shape != SHAPE_HEADING)
		set_heading(l, s, h, name, SPAN_NONE);
	l->level = h.level;
}

static void
list_item(struct line *l, struct span line, struct span s)
{
	uint16_t number = 0;
	size_t skip = step_mark(s, &number);

	l->shape = SHAPE_PROSE;
	l->body = (uint32_t)(s.p - line.p);
	if (skip > 0) {
		l->step = true;
		l->shape = SHAPE_NUMBERED;
	} else if ((skip = number_mark(s, &number)) > 0) {
		l->shape = SHAPE_NUMBERED;
	} else if ((skip = bullet_mark(s)) > 0) {
		l->shape = SHAPE_BULLET;
	}
	l->number = number;
	l->body += (uint32_t)skip;
	l->command = l->shape != SHAPE_PROSE && is_command(span_from(s, skip));
}

static void
one_line(struct lines *all, size_t i)
{
	struct line *l = &all->v[i];
	struct span line = line_span(all, i);
	struct span s = span_trim(line);

	l->indent = indent_of(line);
	if (s.n == 0) {
		l->shape = SHAPE_BLANK;
	} else if (starts(line, "```") || starts(line, "~~~")) {
		l->shape = SHAPE_FENCE;
	} else if (l->fenced) {
		l->shape = SHAPE_CODE;
	} else if (is_rule(s)) {
		l->shape = SHAPE_RULE;
		underline(all, i, s.p[0]);
	} else if (is_code(l, s)) {
		l->shape = SHAPE_CODE;
		l->body = (uint32_t)(s.p - line.p);
	} else if (!heading(all, i, s)) {
		list_item(l, line, s);
	}
}

void
shape_find(struct lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == LINE_NEW)
			one_line(l, i);
}

size_t
section_end(const struct lines *l, size_t i)
{
	const struct line *head = &l->v[i];
	size_t k = i + 1;

	for (; k < l->n; k++) {
		const struct line *at = &l->v[k];

		if (at->kind != LINE_NEW)
			break;
		if (at->shape != SHAPE_HEADING)
			continue;
		if (at->topic != MEANING_COUNT ||
			(at->level <= head->level && at->level < LEVEL_BOLD))
			break;
	}
	return k;
}
