/*
 * symbols_test.c - what the readers see in a few lines of each language.
 *
 * `want` is each symbol as "3 Owner.name", a class with "class" before it.
 */
#include "mirror/symbols.h"

#include "base/arena.h"
#include "base/test.h"

static const struct {
	const char *path, *text, *want;
} rows[] = {
	{"a.py",
		"class A(B):\n    def f(self):\n        def g():\n"
		"            pass\n    async def h(self): pass\ndef k(): pass\n",
		"1 class A, 2 A.f, 3 f.g, 5 A.h, 6 k"},
	{"a.py", "class A\n    def f\ndef g", "1 class A, 2 A.f, 3 g"},
	{"a.py",
		"'''\ndef no():\n'''\n# def no\ns = 'def no'\nx = \"\"\"\n"
		"class No:\n\"\"\"\ndef yes(): pass\n",
		"9 yes"},
	{"a.py", "if x:\n    def f(): pass\nelse:\n    def f(): pass\n",
		"2 f, 4 f"},
	{"a.rb",
		"module M\n  class A < B\n    def f(x)\n    end\n"
		"    def self.g?\n    end\n  end\nend\n=begin\ndef no\n=end\n",
		"1 class M, 2 class M.A, 3 A.f, 5 A.g?"},
	{"a.sh", "f() {\n}\nfunction g {\n}\nh-i () (\n)\nf x\n",
		"1 f, 3 g, 5 h-i"},
	{"a.js",
		"function f(a) { return function () {}; }\n"
		"const g = (a, b) => a;\nconst h = async x => x;\n"
		"class A extends B {\n  constructor() { if (x) {} }\n"
		"  async m(a) { this.q(1); for (;;) {} }\n}\n"
		"// function no() {}\nlet s = 'function no() {}';\n"
		"exports.k = function () {};\n`function no() {}`\n",
		"1 f, 2 g, 3 h, 4 class A, 5 A.constructor, 6 A.m, 10 k"},
	{"a.ts",
		"export class A<T> {\n  private m<U>(a: U): Map<T, U> {\n"
		"  }\n  static n(): void {}\n}\nexport interface I { x: 1 }\n",
		"1 class A, 4 A.n, 6 class I"},
	{"a.c",
		"#define X(a) { a }\nstatic int\nf(int a, char *b)\n{\n"
		"\tif (a) { g(b); }\n\tfor (;;) {}\n}\nint g(void);\n"
		"struct s {\n\tint a;\n};\nstruct s *h(struct s *x) { }\n"
		"enum { A };\n/* int no(void) { } */\nint x = f(1);\n"
		"__attribute__((cold)) static void\nlock(int x)\n{\n"
		"\tstruct s e = {g(x), {1}};\n}\n",
		"3 f, 9 class s, 12 h, 17 lock"},
	{"a.cpp",
		"namespace n {\nclass A : public B {\npublic:\n"
		"  A() : x(1) {}\n  int f() const override { return 1; }\n};\n"
		"int A::g(int a) noexcept\n{\n}\n}\n",
		"2 class A, 4 A.A, 5 A.f, 7 A.g"},
	{"a.go",
		"package a\ntype T struct {\n}\nfunc f(a int) (int, error) {\n"
		"}\nfunc (t *T) m() {}\nvar s = `func no() {}`\n",
		"2 class T, 4 f, 6 T.m"},
	{"A.java",
		"public class A implements B {\n  public A() {}\n"
		"  @X(\"y\")\n  private List<B> f(int a) throws E {\n"
		"    if (a) { g(); }\n    new T() { };\n  }\n  int h();\n"
		"  interface I { }\n}\n",
		"1 class A, 2 A.A, 4 A.f, 9 class A.I"},
	{"a.rs",
		"pub struct S<'a> { x: &'a str }\nimpl<'a> T for S<'a> {\n"
		"    fn f(&self) -> char { '\"' }\n}\nfn g() {}\n"
		"#[test]\nfn h() {}\nimpl<T> V<T> where T: W {\n"
		"fn i() -> T {} }",
		"1 class S, 3 S.f, 5 g, 7 h, 9 V.i"},
	{"a.php",
		"<?php\nclass A {\n  public function f($a) { }\n}\n"
		"# function no() {}\nfunction g() {}\n$x = 'function no';\n",
		"2 class A, 3 A.f, 6 g"},
	{"a.txt", "def f(): pass", NULL},
	{"py", "def f(): pass", NULL},
};

struct seen {
	struct arena *a;
	const char *text;
};

static void
note(void *ctx, const struct symbol *s)
{
	struct seen *k = ctx;

	k->text = arena_printf(k->a, "%s%s%u %s%.*s%s%.*s", k->text,
		*k->text ? ", " : "", s->line,
		s->kind == SYMBOL_CLASS ? "class " : "", SPAN_FMT(s->owner),
		s->owner.n ? "." : "", SPAN_FMT(s->name));
}

static void
each_language_gives_names_owners_and_lines(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		const struct symbol_language *l =
			symbols_language(rows[i].path);
		struct seen k = {a, ""};

		assert_int_equal(rows[i].want == NULL, l == NULL);
		if (l == NULL)
			continue;
		symbols_read(l, span_of(rows[i].text), note, &k);
		if (strcmp(k.text, rows[i].want) != 0) {
			test_note(arena_printf(a,
				"%s, row %zu:\n#   wanted %s\n"
				"#   got    %s",
				rows[i].path, i, rows[i].want, k.text));
			wrong++;
		}
	}
	assert_int_equal(0, wrong);
}

static void
within(void *ctx, const struct symbol *s)
{
	const struct span *text = ctx;

	assert_true(s->name.n > 0 && s->name.n <= SYMBOLS_NAME_MAX);
	assert_true(s->name.p >= text->p &&
		s->name.p + s->name.n <= text->p + text->n);
	assert_true(s->line > 0);
}

/* Whatever is cut off or mixed up, names lie in the text. */
static void
any_text_can_be_read(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const char *all = "";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		all = arena_printf(a, "%s%s", all, rows[i].text);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct symbol_language *l =
			symbols_language(rows[i].path);

		for (size_t n = 0; l != NULL && n <= strlen(all); n++) {
			struct span cut = arena_dup(a, span_make(all, n));

			symbols_read(l, cut, within, &cut);
		}
	}
	struct span deep = {.n = 100000};
	unsigned char *p = arena_alloc(a, deep.n);
	memset(p, '{', deep.n);
	deep.p = p;
	symbols_read(symbols_language("a.js"), deep, within, &deep);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_language_gives_names_owners_and_lines),
		cmocka_unit_test(any_text_can_be_read),
	};

	return cmocka_run_group_tests_name("symbols", tests, NULL, NULL);
}
