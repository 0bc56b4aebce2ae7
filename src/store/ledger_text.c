/*
 * ledger_text.c - an entry as lines of text, so that anyone with b2sum can
 * check it. A field may hold no control byte, hence no line end: there is
 * one way to read an entry, and one entry for each text.
 */
#include "store/ledger_text.h"

#include <string.h>

static bool
line(struct str *out, const char *key, const char *value, bool blanks,
	struct err *err)
{
	for (const char *p = value; *p; p++)
		if ((unsigned char)*p < (blanks ? 0x20 : 0x21) || *p == 0x7f)
			return err_set(err, ERR_SYNTAX,
				"byte %d in an entry's '%s'", *p, key);
	if (*value == '\0')
		return err_set(err, ERR_SYNTAX, "an entry without '%s'", key);
	str_puts(out, key);
	str_puts(out, ": ");
	str_puts(out, value);
	str_putc(out, '\n');
	return true;
}

bool
ledger_text(struct str *out, const struct entry *e, struct err *err)
{
	char at[INSTANT_TEXT], hex[HASH_TEXT];

	str_puts(out, "pratique-event-1\n");
	if (!line(out, "chain", e->chain, false, err))
		return false;
	str_printf(out, "seq: %lld\n", (long long)e->seq);
	if (!line(out, "at", instant_format(e->at, at), false, err) ||
		!line(out, "kind", e->kind, false, err) ||
		!line(out, "actor", e->actor, true, err) ||
		!line(out, "meta", e->meta, true, err))
		return false;
	for (size_t i = 0; i < e->n_payloads; i++) {
		const struct commitment *p = &e->payloads[i];

		if (strpbrk(p->name, " \n") || *p->name == '\0')
			return err_set(err, ERR_SYNTAX,
				"'%.40s' is no name for a payload", p->name);
		str_printf(out, "payload: %s %s %llu\n", p->name,
			hash_hex(p->hash, hex), (unsigned long long)p->bytes);
	}
	str_printf(out, "prev: %s\n", hash_hex(e->prev, hex));
	if (out->cut)
		return err_set(err, ERR_LIMIT,
			"an entry of more than %zu bytes", out->max);
	return true;
}

struct hash
ledger_commit(struct span salt, struct span bytes)
{
	const struct span both[] = {salt, bytes};

	return hash_many(both, 2);
}

bool
ledger_hash(struct str *text, const struct entry *e, struct hash *out,
	struct err *err)
{
	str_clear(text);
	if (!ledger_text(text, e, err))
		return false;
	*out = hash_of(str_span(text));
	return true;
}
