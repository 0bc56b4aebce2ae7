/*
 * depends.h - what the manifests at a tag declare.
 *
 * Each kind of manifest is a row of depends.c: how its file is called, whose
 * names it has, and the reader. A reader is given the whole text and calls
 * depends_add(); it runs nothing, follows nothing, and is linear in the
 * text. What it cannot read it leaves out: no evidence is never evidence.
 */
#pragma once

#include "mirror/mirror_impl.h"

enum ecosystem {
	ECOSYSTEM_PYPI, /* names by PEP 503 */
	ECOSYSTEM_NPM,  /* names as they are */
};

struct depends {
	struct arena *a;
	struct dependency *v;
	size_t n, cap;
	unsigned left_out;
	enum ecosystem ecosystem;
	const char *file; /* as it will stand in declared_in */
};

/* `part`: "build-system", where it is not what the product itself needs. */
void depends_add(struct depends *d, struct span name, struct span requirement,
	const char *part, unsigned line);
/* One requirement as PEP 508 writes it: "a[b]>=1; python_version<'3'". */
void depends_pep508(
	struct depends *d, struct span s, const char *part, unsigned line);

typedef void depends_reader(struct depends *d, struct span text);
depends_reader depends_pyproject, depends_setup_cfg, depends_requirements,
	depends_package_json, depends_package_lock;

/* The reader for a file of this name; false: it is no manifest we read. */
bool depends_read(struct depends *d, const char *name, struct span text);
/* Sorted by name, and each once. */
void depends_sort(struct depends *d);

/*
 * toml.c: strings of a TOML file, each with where it stands. Not a checker:
 * what is no TOML is skipped to the end of its line.
 */
struct toml_value {
	struct span table; /* "tool.poetry.dependencies" */
	struct span key;   /* "requests"; of an inline table its own key */
	struct span text;  /* the string, its escapes left as they are;
			      empty for numbers, dates and booleans */
	bool is_string;
	unsigned line;
};
typedef void toml_found(void *ctx, const struct toml_value *v);
void toml_read(struct span text, toml_found *found, void *ctx);
