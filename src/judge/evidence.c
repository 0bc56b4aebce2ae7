/* evidence.c - the words for what a mirror says, and what a text in it is. */
#include "judge/evidence.h"

#include "base/mem.h"
#include "base/utf8.h"

const char *const release_status_names[RELEASE_COUNT] = {
	"confirmed", "no such release", "untagged commit", "branch", "unknown"};

const char *const claim_status_names[CLAIM_STATUS_COUNT] = {"exists",
	"exists elsewhere", "not in this release but in", "never existed",
	"unknown"};

const char *
evidence_text(struct arena *a, struct span s)
{
	/* what is shown of a byte or a code point has at most 10 bytes */
	AUTO(str_fini) struct str out;

	str_init(&out, EVIDENCE_MAX_TEXT * 10 + 10);
	utf8_put_visible(&out, s, EVIDENCE_MAX_TEXT);
	if (out.n <= EVIDENCE_MAX_TEXT)
		return arena_text(a, str_span(&out));
	s = utf8_clip(str_span(&out), EVIDENCE_MAX_TEXT - 3);
	return arena_printf(a, "%.*s...", SPAN_FMT(s));
}
