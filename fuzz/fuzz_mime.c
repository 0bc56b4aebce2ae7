/*
 * fuzz_mime.c - any bytes are a mail, the same message each time, and one
 * that the core takes from the parse role.
 */
#include "base/arena.h"
#include "base/mem.h"
#include "fuzz.h"
#include "mime/mime.h"

/* The message of these bytes as its frame. */
static void
frame(struct str *out, const uint8_t *data, size_t size)
{
	static const char *const senders[] = {NULL, "", "a@b.example"};
	static const char *const list[] = {"security@desk.example"};
	static const struct own_addresses own = {list, 1, "mail.desk.example"};
	struct envelope env = {.sender = senders[size % 3]};
	struct arena *a = arena_new();

	message_pack(out, mime_parse(a, span_make(data, size), &env, &own));
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(str_fini) struct str once, twice, thrice;
	struct arena *a = arena_new();
	struct message *m;

	mime_init();
	str_init(&once, 1 << 26);
	str_init(&twice, 1 << 26);
	str_init(&thrice, 1 << 26);
	frame(&once, data, size);
	frame(&twice, data, size);
	struct unpack u = {.rest = str_span(&once)};
	if (!message_unpack(&u, a, &m) || !unpack_end(&u))
		abort();
	message_pack(&thrice, m);
	if (!span_eq(str_span(&once), str_span(&twice)) ||
		!span_eq(str_span(&once), str_span(&thrice)))
		abort();
	/* and the frame as foreign bytes: refused or taken, never a crash */
	u = (struct unpack){.rest = span_make(data, size)};
	(void)message_unpack(&u, a, &m);
	arena_free(a);
	return 0;
}
