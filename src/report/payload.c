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

	s = span_cut(s, 0, 2000);
	for (size_t i = 0; i < s.n && !may; i++)
		may = one_of(s.p[i], "<=('\"%{$*!;|&.\\:6") ||
			(s.p[i] | 0x20) == 'a';
	for (size_t i = 0; may && i < ARRAY_LEN(marks); i++)
		if (span_find_nocase(s, marks[i]) < s.n)
			return true;
	return false;
}
