/*
 * file.c - files a report names, with or without their folders.
 *
 * A file is known by its ending. What lies in the system's own folders is
 * the victim of a flaw and not part of a product, so it is left out.
 */
#include <stdlib.h>

#include "report/chunk.h"

static int
by_text(const void *key, const void *row)
{
	const struct span *k = key;
	const char *r = *(const char *const *)row;
	size_t n = strlen(r);
	int c = memcmp(k->p, r, k->n < n ? k->n : n);

	return c ? c : (k->n > n) - (k->n < n);
}

bool
is_extension(struct span s)
{
	static const char *const known[] = {"asp", "aspx", "bash", "bat", "c",
		"cc", "cfg", "cgi", "class", "conf", "cpp", "cs", "css", "csv",
		"cxx", "dart", "dockerfile", "ejs", "env", "erl", "ex", "exe",
		"exs", "go", "gradle", "graphql", "groovy", "h", "hcl", "hpp",
		"hs", "htm", "html", "ini", "ipynb", "j2", "jar", "java",
		"jinja", "jinja2", "js", "json", "jsp", "jsx", "kt", "lock",
		"log", "lua", "m", "md", "mjs", "ml", "mm", "php", "pickle",
		"pkl", "pl", "pm", "properties", "proto", "ps1", "py", "pyi",
		"pyx", "r", "rb", "rs", "rst", "scala", "sh", "so", "sql",
		"svg", "swift", "tex", "tf", "tmpl", "toml", "tpl", "ts", "tsx",
		"txt", "vue", "war", "wasm", "xml", "xsl", "yaml", "yml",
		"zig"};

	return bsearch(&s, known, ARRAY_LEN(known), sizeof *known, by_text) !=
		NULL;
}

/* A product called like a file, or a path of the system, not of a product. */
bool
is_no_file(struct span s)
{
	static const char *const products[] = {"node.js", "next.js", "vue.js",
		"react.js", "express.js", "three.js", "d3.js", "angular.js",
		"nuxt.js", "moment.js", "asp.net", "socket.io"};
	static const char *const roots[] = {"/etc/", "/tmp/", "/proc/", "/var/",
		"/usr/", "/home/", "/root/", "/dev/", "/bin/", "/opt/", "/sys/",
		"/mnt/"};

	for (size_t i = 0; i < ARRAY_LEN(roots); i++)
		if (starts(s, roots[i]))
			return true;
	return is_one_of(s, products, ARRAY_LEN(products)) ||
		starts(s, "../") || span_find(s, "//") < s.n;
}

static bool
is_path_byte(unsigned char c)
{
	return is_alnum(c) || c >= 0x80 || c == '_' || (c >= '-' && c <= '/') ||
		c == '+' || c == '@';
}

void
files_in(struct reading *g, const struct chunk *c, struct span s)
{
	for (size_t i = 0; i < s.n;) {
		size_t to = i, dot = 0;

		while (to < s.n && is_path_byte(s.p[to]))
			to++;
		size_t end = to;
		while (end > i && one_of(s.p[end - 1], ".-/+@"))
			end--;
		for (size_t k = end; k > i && end - k < 12 && dot == 0; k--)
			if (s.p[k - 1] == '.')
				dot = k;
			else if (s.p[k - 1] == '/')
				break;
		struct span path = span_cut(s, i, end);
		if (dot > i + 1 && path.n < 300 &&
			is_extension(span_cut(s, dot, end)) &&
			span_find_byte(path, '@') == path.n &&
			!(to < s.n && s.p[to] == '(') && !is_no_file(path))
			facts_add(g, &g->files, path, c->line);
		i = to > i ? to : i + 1;
	}
}
