/*
 * code_names.c - which names in a text can be names in a product's code.
 *
 * Precision first: a claim that was none shows as "never existed" and makes
 * an honest report look invented. So names of languages' own functions and
 * of the libraries that everybody calls, of the reporter's own files and of
 * the system's are left out, even where a product has one of that name.
 */
#include <stdlib.h>

#include "report/code_claims.h"

static int
by_text(const void *key, const void *row)
{
	const struct span *k = key;
	const char *r = *(const char *const *)row;
	size_t n = strlen(r);
	int c = k->n > 0 ? memcmp(k->p, r, k->n < n ? k->n : n) : 0;

	return c ? c : (k->n > n) - (k->n < n);
}

#define IN(s, sorted)                                                          \
	(bsearch(&(s), (sorted), ARRAY_LEN(sorted), sizeof *(sorted),          \
		 by_text) != NULL)

static struct span
base_of(struct span path)
{
	size_t at = path.n;

	while (at > 0 && path.p[at - 1] != '/')
		at--;
	return span_from(path, at);
}

static struct span
extension_of(struct span path)
{
	struct span base = base_of(path);
	size_t dot = base.n;

	while (dot > 0 && base.p[dot - 1] != '.')
		dot--;
	return dot > 1 ? span_from(base, dot) : SPAN_NONE;
}

struct span
code_path(struct span s)
{
	static const char *const packages[] = {
		"site-packages/", "dist-packages/", "node_modules/"};
	size_t package = s.n;

	for (size_t i = 0; i + 13 < s.n; i++)
		for (size_t k = 0; k < ARRAY_LEN(packages); k++)
			if (starts(span_from(s, i), packages[k]))
				package = i;
	if (package < s.n)
		return span_from(s, package);
	while (starts(s, "./"))
		s = span_from(s, 2);
	if (is_no_file(s) || span_find_byte(s, '@') < s.n ||
		span_find(s, "..") < s.n)
		return SPAN_NONE;
	while (s.n > 0 && s.p[0] == '/')
		s = span_from(s, 1);
	return s;
}

bool
is_source_path(struct span s)
{
	static const char *const known[] = {"bash", "c", "cc", "cpp", "cs",
		"cxx", "dart", "ejs", "erl", "ex", "exs", "go", "groovy", "h",
		"hpp", "hs", "j2", "java", "jinja", "jinja2", "js", "jsp",
		"jsx", "kt", "lua", "mjs", "ml", "php", "pl", "pm", "proto",
		"py", "pyi", "pyx", "rb", "rs", "scala", "sh", "swift", "tmpl",
		"ts", "tsx", "vue"};
	static const char *const names[] = {"package-lock.json", "package.json",
		"pyproject.toml", "requirements.txt", "setup.cfg", "setup.py"};
	struct span ext = extension_of(s), base = base_of(s);

	return IN(ext, known) || IN(base, names);
}

static bool
is_own_name(struct span s)
{
	static const char *const words[] = {"poc", "exploit", "payload", "evil",
		"malicious", "attack", "pwn", "rce", "hack", "repro"};

	for (size_t i = 0; i < s.n; i++)
		if ((i == 0 || !is_alnum(s.p[i - 1])) &&
			begins_any(span_from(s, i), words, ARRAY_LEN(words)))
			return true;
	return false;
}

/* In a folder that is not a place for one's own files, "evil.py" is claimed
 * to be the product's, whatever its name says. */
bool
is_own_path(struct span s)
{
	static const char *const places[] = {"dags", "plugins", "include",
		"config", "configs", "scripts", "tmp", "home", "demo", "lab",
		"work", "path", "your", "site"};
	struct span base = base_of(s), rest = span_cut(s, 0, s.n - base.n),
		    folder;
	bool own = rest.n == 0;

	while (!own && span_split(&rest, '/', &folder))
		own = is_own_name(folder) ||
			is_one_of(folder, places, ARRAY_LEN(places));
	return own && is_own_name(s);
}

static bool
is_builtin(struct span name)
{
	static const char *const words[] = {"Function", "__import__", "abs",
		"alert", "all", "any", "atoi", "bool", "bytes", "calloc",
		"chmod", "chown", "compile", "confirm", "connect", "console",
		"decode", "delattr", "dict", "dir", "dlopen", "encode", "eval",
		"exec", "execfile", "execl", "execv", "execve", "execvp",
		"exit", "fetch", "filter", "float", "fopen", "fork", "format",
		"fprintf", "free", "function", "getattr", "getenv", "gets",
		"globals", "hasattr", "hash_hmac", "id", "import", "include",
		"input", "int", "isinstance", "issubclass", "join", "len",
		"list", "locals", "main", "malloc", "map", "max", "memcpy",
		"memmove", "memset", "min", "mmap", "new", "open", "ord",
		"passthru", "popen", "print", "printf", "prompt", "rand",
		"range", "raw_input", "read", "readObject", "realloc", "recv",
		"replace", "repr", "require", "return", "select", "send", "set",
		"setattr", "setuid", "shell_exec", "sleep", "snprintf",
		"socket", "sorted", "split", "sprintf", "stat", "str", "strcat",
		"strcpy", "strip", "strlen", "strncpy", "sum", "super",
		"system", "tuple", "type", "unserialize", "vars", "write",
		"xp_cmdshell", "zip"};

	return IN(name, words);
}

/* What stands before the first dot. */
static bool
is_library(struct span first)
{
	static const char *const words[] = {"Array", "Buffer", "Date", "JSON",
		"Math", "Object", "ObjectInputStream", "Path", "Popen",
		"Process", "ProcessBuilder", "Promise", "Reflect", "Runtime",
		"String", "StringIO", "System", "Thread", "__builtins__", "ast",
		"asyncio", "base64", "builtins", "child_process", "codecs",
		"collections", "console", "copy", "crypto", "ctypes", "curl",
		"datetime", "dill", "document", "exec", "express", "flask",
		"fmt", "fs", "functools", "glob", "hashlib", "hmac", "html",
		"http", "httpx", "importlib", "inspect", "io", "ioutil",
		"itertools", "java", "javax", "jinja2", "joblib", "json",
		"jsonpickle", "jwt", "lodash", "logging", "lxml", "marshal",
		"math", "net", "numpy", "openssl", "operator", "os", "pandas",
		"path", "pathlib", "pickle", "pkgutil", "platform", "posix",
		"process", "psycopg2", "pty", "random", "re", "react",
		"requests", "ruamel", "runpy", "secrets", "shelve", "shlex",
		"shutil", "signal", "socket", "sqlalchemy", "sqlite3", "ssl",
		"std", "string", "strings", "struct", "subprocess", "sys",
		"tarfile", "tempfile", "textwrap", "threading", "time", "torch",
		"types", "typing", "urllib", "urllib2", "urllib3", "util",
		"uuid", "vm", "window", "xml", "xmlrpc", "yaml", "zipfile"};

	return IN(first, words);
}

bool
is_library_function(struct span name)
{
	size_t dot = 0;

	while (dot < name.n && name.p[dot] != '.' && name.p[dot] != ':')
		dot++;
	struct span first = span_cut(name, 0, dot);
	return dot == name.n ? is_builtin(name) : is_library(first);
}

bool
is_identifier(struct span s)
{
	bool start = true;
	size_t most = 0, run = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];

		if (start ? is_alpha(c) || c == '_' || c == '$' :
			    is_alnum(c) || c == '_' || c == '$') {
			start = false;
			most = ++run > most ? run : most;
		} else if (!start && i + 1 < s.n &&
			(c == '.' ||
				(c == ':' && s.p[i + 1] == ':' &&
					++i + 1 < s.n))) {
			start = true;
			run = 0;
		} else {
			return false;
		}
	}
	return !start && most > 1 && s.n >= 3 && s.n <= 120;
}

bool
is_odd_name(struct span s)
{
	bool lower = false;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];

		if (c == '_' || c == ':' ||
			(c == '.' && i + 1 < s.n && is_alpha(s.p[i + 1])))
			return true;
		if (is_upper(c) && lower)
			return true;
		lower = is_alpha(c) && !is_upper(c);
	}
	return false;
}
