/* symbols.c - the table of languages: a row and a reader each. */
#include "mirror/symbols.h"

#include "base/mem.h"

#define WORDS(...)                                                             \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

static const struct symbol_language languages[] = {
	{.endings = WORDS("py", "pyi", "pyx"), .read = symbols_python},
	{.endings = WORDS("rb", "rake"), .read = symbols_ruby},
	{.endings = WORDS("sh", "bash"), .read = symbols_shell},
	{.endings = WORDS("js", "mjs", "cjs", "jsx", "ts", "tsx"),
		.read = symbols_braces,
		.classes = WORDS("class", "interface", "enum"),
		.functions = WORDS("function"),
		.shaped = true,
		.in_classes = true,
		.arrows = true,
		.single = true,
		.back = true},
	{.endings = WORDS("c", "h", "cc", "cpp", "cxx", "hpp", "hh"),
		.read = symbols_braces,
		.classes = WORDS("struct", "class", "union", "enum"),
		.functions = WORDS(NULL),
		.shaped = true,
		.lines = true},
	{.endings = WORDS("go"),
		.read = symbols_braces,
		.classes = WORDS("type"),
		.functions = WORDS("func"),
		.receiver = true,
		.back = true},
	{.endings = WORDS("java", "kt", "cs", "scala"),
		.read = symbols_braces,
		.classes = WORDS("class", "interface", "enum", "record",
			"object", "trait"),
		.functions = WORDS("fun", "def"),
		.shaped = true,
		.in_classes = true},
	{.endings = WORDS("rs"),
		.read = symbols_braces,
		.classes = WORDS("struct", "enum", "trait", "union"),
		.functions = WORDS("fn"),
		.impl = true},
	{.endings = WORDS("php"),
		.read = symbols_braces,
		.classes = WORDS("class", "interface", "trait", "enum"),
		.functions = WORDS("function"),
		.hash = true,
		.single = true},
};

const struct symbol_language *
symbols_language(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot == NULL || dot == path || strchr(dot, '/') != NULL)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		for (const char *const *e = languages[i].endings; *e; e++)
			if (strcmp(*e, dot + 1) == 0)
				return &languages[i];
	return NULL;
}

void
symbols_read(const struct symbol_language *l, struct span text,
	symbol_found *found, void *ctx)
{
	struct symbol_sink k = {l, text, found, ctx};

	l->read(&k);
}

void
symbols_give(const struct symbol_sink *k, enum symbol_kind kind,
	struct span name, struct span owner, unsigned line)
{
	struct symbol s = {kind, name, owner, line, 0};
	const unsigned char *from = name.p;

	if (name.n == 0 || name.n > SYMBOLS_NAME_MAX ||
		owner.n > SYMBOLS_NAME_MAX)
		return;
	/* a line before the name is as long as it is: look back a bit only */
	while (from > k->text.p && name.p - from < 200 && from[-1] != '\n')
		from--;
	while (from < name.p && (*from == ' ' || *from == '\t'))
		s.indent += *from++ == '\t' ? 8 : 1;
	k->found(k->ctx, &s);
}
