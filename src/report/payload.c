/*
 * payload.c - text that is put into a program to see it fail.
 *
 * What stands in a field or a link only to break out of it looks like
 * nothing else: markup, a quotation mark and a condition, a path that goes
 * up. Where it stands the report shows how, whatever the words around it.
 */
#include "report/ascii.h"
#include "report/find.h"

bool
has_payload(struct span s)
{
	static const char *const marks[] = {"<script",
		"onerror=", "onload=", "onmouseover=", "javascript:", "alert(",
		"' or ", "\" or ", "'or'", "or 1=1", "1=1", "union select",
		"' and ", "sleep(", "../..", "..\\..", "%2e%2e", "%00",
		"%0d%0a", "{{", "${", "<%=", "*)(", ")(|", "\"><", "'><", "'--",
		"' --", "';", "<!entity", "<!doctype", "jndi:", "__class__",
		"__import__", "!!python", "file:///", "169.254.169.254",
		"=cmd|", "$(", "|id", ";id", "; id", "&& ", "| sh", "|sh",
		"| bash", "%n%n", "<svg", "<img", "<iframe", "src=x",
		"gopher://", "aaaaaaaa"};
	bool may = false;

	/* Each needs one of these; most lines have none. */
	s = span_cut(s, 0, 2000);
	for (size_t i = 0; i < s.n && !may; i++)
		may = one_of(s.p[i], "<=('\"%{$*!;|&\\") ||
			(s.p[i] == '.' && i + 1 < s.n && s.p[i + 1] == '.') ||
			(s.p[i] == '/' && i + 1 < s.n && s.p[i + 1] == '/');
	for (size_t i = 0; may && i < s.n; i++) {
		unsigned char c = to_lower(s.p[i]);

		if (!one_of(c, "<ojasu1'\".%{$*)=_!f;|&g"))
			continue;
		for (size_t k = 0; k < ARRAY_LEN(marks); k++)
			if (c == (unsigned char)marks[k][0] &&
				begins(span_from(s, i), marks[k]) > 0)
				return true;
	}
	return false;
}

bool
has_attack(struct span s)
{
	static const char *const marks[] = {"' or '", "\" or \"", "'or'",
		"or 1=1", "'1'='1", "union select", "onerror=", "<script>alert",
		"javascript:alert", "'; update ", "'; drop ", "'; delete ",
		"../../../", "..\\..\\..", "../../etc", "%2e%2e%2f", "%0d%0a",
		"jndi:", "__import__", "!!python/", "169.254.169.254", "=cmd|",
		"*)(", "<!entity", "{{7*7}}"};

	s = span_cut(s, 0, 2000);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = to_lower(s.p[i]);

		if (!one_of(c, "'\"ou<j.%_!1=*{"))
			continue;
		for (size_t k = 0; k < ARRAY_LEN(marks); k++)
			if (c == (unsigned char)marks[k][0] &&
				begins(span_from(s, i), marks[k]) > 0)
				return true;
	}
	return false;
}
