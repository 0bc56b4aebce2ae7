/* publish.c - a format by its name. */
#include "publish/publish.h"

#include "publish/security_txt.h"

const char *const format_names[FORMAT_COUNT] = {
	[FORMAT_MD] = "md",
	[FORMAT_RST] = "rst",
	[FORMAT_HTML] = "html",
	[FORMAT_TXT] = "txt",
	[FORMAT_SECURITY_TXT] = "security.txt",
};

bool
policy_render(struct arena *a, const struct policy *p,
	enum publish_format format, instant now, struct str *out,
	struct err *err)
{
	const struct doc *d;

	if (format == FORMAT_SECURITY_TXT)
		return security_txt_write(out, p, now, err);
	d = policy_doc(a, p);
	switch (format) {
	case FORMAT_MD:
		doc_write_md(out, d);
		break;
	case FORMAT_RST:
		doc_write_rst(out, d);
		break;
	case FORMAT_HTML:
		doc_write_html(out, d);
		break;
	case FORMAT_TXT:
		doc_write_text(out, d);
		break;
	case FORMAT_SECURITY_TXT:
		break; /* above */
	}
	return true;
}
