/*
 * find.h - what the finders of src/report share.
 *
 * The text is cut into lines once (lines.c), each line is told apart as new,
 * quoted or signature, and given a shape (shape.c). Then one pass over the
 * words of new lines finds phrases (words.c, phrases.txt): a hit is "these
 * words mean that, on this line". The finders only look at lines and hits.
 */
#pragma once

#include <stdint.h>

#include "base/mem.h"
#include "phrases_table.h"
#include "report/report.h"

enum line_kind { LINE_NEW, LINE_QUOTED, LINE_SIGNATURE };

enum line_shape {
	SHAPE_BLANK,
	SHAPE_PROSE,
	SHAPE_HEADING, /* names what follows; `body` is where its rest begins */
	SHAPE_NUMBERED, /* "1. ..." or "Step 1: ..." */
	SHAPE_BULLET,
	SHAPE_CODE,
	SHAPE_FENCE, /* ``` */
	SHAPE_RULE,  /* ---- or ==== */
};

/*
 * Which bytes a line has: most finders need some byte that most lines lack,
 * and so look at few of them. The bits are ordered so that those of two
 * neighbours can be told from one shift (lines.c): HAS_PAIR of a bit says
 * that it stood right after the bit below it.
 */
enum has {
	HAS_LOWER = 1 << 0,
	HAS_UPPER = 1 << 1,
	HAS_C = 1 << 2, /* c or C */
	HAS_W = 1 << 3,
	HAS_DOT = 1 << 4,
	HAS_INK = 1 << 5, /* anything but blanks and controls */
	HAS_DIGIT = 1 << 6,
	HAS_SLASH = 1 << 7,
	HAS_PAREN = 1 << 8, /* ( */
	HAS_COLON = 1 << 9,
	HAS_MARK = 1 << 10,   /* _ or ` */
	HAS_OPEN = 1 << 11,   /* [ < or { */
	HAS_QUOTE = 1 << 12,  /* ' */
	HAS_HYPHEN = 1 << 13, /* - */
	HAS_AT = 1 << 14,
	HAS_WIDE = 1 << 15, /* beyond ASCII */
};
#define HAS_PAIR(bit) ((uint32_t)(bit) << 16)
extern const uint16_t byte_has[256];

struct line {
	uint32_t at, n;  /* in the text, without line end and blanks there */
	uint32_t has;    /* enum has, and pairs of them */
	uint32_t body;   /* offset in the line of what follows its marker */
	uint16_t number; /* of an item or a finding; 0 none */
	uint8_t kind, shape, indent;
	uint8_t level;   /* of a heading: 1 highest .. 6, 9 unknown */
	uint8_t topic;   /* enum meaning M_H_..., MEANING_COUNT: none */
	uint8_t under;   /* topic of the heading that it stands under */
	bool hollow : 1; /* a placeholder, or says "nothing here" */
	bool fenced : 1;
	bool step : 1;    /* "Step 1" */
	bool rated : 1;   /* has a word that severities have */
	bool command : 1; /* an item that is one */
};

struct lines {
	const char *text;
	struct line *v;
	size_t n;
	bool wide; /* there are bytes beyond ASCII */
};

/* One word of a sentence. */
struct word {
	uint32_t at, line; /* offset in the text; index of its line */
	uint16_t id, n;
};

struct hit {
	uint32_t line;    /* index, not 1-based */
	uint32_t at, end; /* in the text */
	bool negated;     /* "not", "never" before it */
	bool hedged;      /* "could", "if", "will" before it */
	bool asked;       /* in a question */
};

struct hits {
	struct hit *v;
	size_t n, cap;
};

/* Up to REPORT_MAX_FACTS distinct texts. */
struct facts {
	struct cite *v;
	size_t n, cap;
};

enum { LANGUAGES = 5 }; /* en, de, fr, es, foreign: as W_EN .. W_FOREIGN */

struct reading {
	struct arena *a;
	const struct message *m;
	struct lines lines;
	struct hits hits[MEANING_COUNT];
	size_t tongue[LANGUAGES]; /* stop words seen of each language */
	size_t words;             /* in new prose */
	struct report *r;
	bool loose_steps; /* no sign by themselves that it is a report */

	struct facts severity, versions, commits, files, functions, urls, cves,
		public_, public_links, exploited, placeholders, because,
		releases, signs[SIGN_COUNT];
	struct affected *affected;
	size_t n_affected;
	struct cwe_fact *cwe;
	struct cvss_fact *cvss;
	size_t n_cwe, n_cvss;
	struct code_claim *claims; /* NULL until there is one */
	size_t n_claims;
};

/* --- lines.c, quote.c, shape.c, heading.c ----------------------------------------- */
struct lines lines_cut(struct arena *a, const char *text);
uint32_t bytes_have(struct span s); /* as line.has */
static inline struct span
line_span(const struct lines *l, size_t i)
{
	return span_make(l->text + l->v[i].at, l->v[i].n);
}

static inline struct span
line_body(const struct lines *l, size_t i)
{
	return span_from(line_span(l, i), l->v[i].body);
}

/* And not blank. */
static inline bool
line_is_new(const struct lines *l, size_t i)
{
	return l->v[i].kind == LINE_NEW && l->v[i].n > 0;
}

bool is_reply(const struct message *m);
bool is_forward_subject(const char *subject);
void quote_find(struct lines *l, const struct message *m);
/* A firm's disclaimer stands like a signature. After quote_find. */
void footer_find(struct lines *l);
void shape_find(struct lines *l);
/* "1." "(2)" and "Step 3:" at the start of s: their length, else 0. */
size_t number_mark(struct span s, uint16_t *number);
size_t step_mark(struct span s, uint16_t *number);
bool has_command(struct span s);     /* "So: curl -s https://..." */
bool is_command_line(struct span s); /* typed at a prompt, or a request */
enum { HEADING_BOLD = 7 }; /* level of a heading in bold; # are below it */
/* Read line i as a heading; `s` is it without its indent. */
bool heading_find(struct lines *l, size_t i, struct span s);
/* Line i is a rule of `with`: makes a heading of a short line above it. */
void heading_underlined(struct lines *l, size_t i, unsigned char with);
/* One past the last line of the section that heading `i` opens. */
size_t section_end(const struct lines *l, size_t i);

/* --- words.c ------------------------------------------------------------ */
enum { WORDS_MAX = 512 }; /* of one sentence; then it is cut */
/* Cut s into words; offsets count from `base`. At most max; *used says how
 * much of s they are. */
size_t words_cut(struct span s, uint32_t base, uint32_t line, struct word *out,
	size_t max, size_t *used);
/* The longest phrase of each meaning that begins at w[0]: bit set of
 * meanings; len[m] words. */
uint64_t words_match(
	const struct word *w, size_t n, uint8_t len[MEANING_COUNT]);
static inline bool
word_has(const struct word *w, enum word_flag flag)
{
	return (word_rows[w->id].flags & flag) != 0;
}

/* Does a phrase begin with it? */
static inline bool
word_opens(const struct word *w)
{
	return word_rows[w->id].node != 0;
}

bool word_marked(struct span s, enum word_flag flag); /* as it is written */
void words_find(struct reading *g);
/* The first hit of a meaning in lines [from, to), or NULL. */
const struct hit *hit_in(const struct hits *h, size_t from, size_t to);
size_t hits_in(const struct hits *h, size_t from, size_t to);

/* --- facts.c ------------------------------------------------------------ */
enum { FACT_TEXT = 2000 }; /* bytes of one cite; longer ones are clipped */
/* s without blanks and without halves of characters at its ends, where a
 * finder stopped at some number of bytes; at most `max` bytes. */
struct span fact_text(struct span s, size_t max);
/* Stands for the subject where the index of a line is asked for. */
#define IN_SUBJECT SIZE_MAX
static inline unsigned
line_cited(size_t line)
{
	return line == IN_SUBJECT ? 0 : (unsigned)line + 1;
}
/* `line` is an index, or IN_SUBJECT. False if it was there already or there is no room. */
bool facts_add(
	struct reading *g, struct facts *f, struct span text, size_t line);
/* The same text is a fact of each line it stands on. */
bool facts_add_each(
	struct reading *g, struct facts *f, struct span text, size_t line);
/* The whole line, for claims. */
bool facts_add_line(struct reading *g, struct facts *f, size_t line);

/* --- the finders, one a file -------------------------------------------- */
/* The paragraph that tells most of what was done; false: none does. */
bool narrated_find(const struct reading *g, size_t *from, size_t *to);
bool has_payload(struct span s); /* "' or 1=1", "<script>", "../.." */
bool has_attack(struct span s);  /* of these, what nobody writes otherwise */
void steps_find_shape(struct reading *g);
bool language_is_known(const struct reading *g);
void title_find(struct reading *g);
void steps_find(struct reading *g);
void contact_find(struct reading *g);
void names_find_all(struct reading *g);
void cwe_find(struct reading *g, size_t line, struct span s);
void cvss_find(struct reading *g, size_t line, struct span s);
void severity_find(struct reading *g);
void public_find(struct reading *g);
void exploited_find(struct reading *g);
void placeholders_find(struct reading *g);
void findings_find(struct reading *g);
void code_claims_find(struct reading *g);
void runs_find(struct reading *g); /* after the steps */
void looks_find(struct reading *g);
void affected_find(struct reading *g);
void releases_find(struct reading *g);
void signs_find(struct reading *g);

/* Is there text in lines [from, to) that says something: at least `words`
 * words outside of placeholders, or a line of code? */
bool has_substance(
	const struct reading *g, size_t from, size_t to, unsigned words);
