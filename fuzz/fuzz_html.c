/*
 * fuzz_html.c - any HTML becomes text of no more than a few times its size,
 * valid if the HTML was.
 */
#include "base/utf8.h"
#include "fuzz.h"
#include "mime/mime_text.h"

enum { MOST = 64 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span html = span_make(data, size);
	struct str text;

	str_init(&text, size * MOST + MOST);
	mime_html(&text, html);
	if (text.cut || (utf8_valid(html) && !utf8_valid(str_span(&text))))
		abort();
	str_fini(&text);
	return 0;
}
