/* mask.c - asked of the policy, done by fold.c. */
#include "cli/mask.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/mails.h"
#include "report/fold.h"

static bool
refuses(struct mask *m, const char *hash, bool *out, struct err *err)
{
	const struct policy *p;
	const char *resolved;

	if (!store_policy(m->store, m->c->arena, hash, &resolved, err) ||
		!policy_from_resolved(m->c->arena, span_of(resolved), &p, err))
		return false;
	*out = false;
	for (size_t i = 0; i < p->n_clauses; i++)
		*out |= p->clauses[i].kind == CLAUSE_SEVERITY;
	return true;
}

bool
mask_case(struct mask *m, const struct casefile *f, bool *out, struct err *err)
{
	*out = false;
	if (f->rating != NULL)
		return true;
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->known[i].policy, f->policy) == 0) {
			*out = m->known[i].refuses;
			return true;
		}
	if (!refuses(m, f->policy, out, err))
		return false;
	if (m->n < ARRAY_LEN(m->known)) {
		m->known[m->n].policy = arena_strdup(m->c->arena, f->policy);
		m->known[m->n++].refuses = *out;
	}
	return true;
}

bool
mask_shut(struct err *err)
{
	return doors_shut(err);
}

bool
mask_span(struct cli *c, const char **subject, struct span *text)
{
	const unsigned char *old_text = text->p;
	bool folded = mask_text(c, subject);

	/* A subject may give the text its meaning ("Severity:"). */
	if (text->p != NULL)
		fold_ratings(c->arena, subject, text);
	return folded || text->p != old_text;
}

bool
mask_text(struct cli *c, const char **text)
{
	const char *before = *text;

	if (*text == NULL)
		return false;
	fold_line(c->arena, text);
	return strcmp(*text, before) != 0;
}

static bool
mask_string(struct cli *c, json_t *obj, const char *key)
{
	const char *text = json_get_text(obj, key);

	if (text == NULL || !mask_text(c, &text))
		return false;
	json_object_set_new(obj, key, json_text_or_null(text));
	return true;
}

/* Texts anywhere below: the evidence has lists of objects. */
static bool
mask_below(struct cli *c, json_t *v)
{
	bool folded = false;
	const char *key;
	json_t *child;
	void *next;
	size_t i;

	json_array_foreach(v, i, child) folded |= mask_below(c, child);
	json_object_foreach_safe(v, next, key, child)
	{
		if (json_is_string(child))
			folded |= mask_string(c, v, key);
		else
			folded |= mask_below(c, child);
	}
	return folded;
}

bool
mask_verdict(struct cli *c, json_t *verdict)
{
	bool folded = mask_below(c, json_object_get(verdict, "evidence"));
	json_t *r;
	size_t i;

	json_array_foreach(json_object_get(verdict, "clauses"), i, r) folded |=
		mask_string(c, r, "shown");
	return folded;
}

int
mask_ask(const char *what, bool yes)
{
	char line[16];

	if (yes)
		return EX_OK;
	if (!isatty(STDIN_FILENO)) {
		(void)fprintf(stderr,
			"pratique: %s may hold a rating of its reporter, and there is none of yours yet: rate it first (pratique case rate), or say --yes; it goes on record\n",
			what);
		return EX_USAGE;
	}
	(void)fprintf(stderr,
		"%s may hold a rating of its reporter, and there is none of yours yet.\n"
		"That you looked goes on record. Show it? [y/N] ",
		what);
	if (fgets(line, sizeof line, stdin) != NULL &&
		(line[0] == 'y' || line[0] == 'Y'))
		return EX_OK;
	(void)fprintf(stderr, "not shown\n");
	return EX_USAGE;
}

/* --- the bytes as they came ---------------------------------------------------- */

struct raw {
	struct mail *m;
	bool asks; /* a rating may stand in it that is to be folded */
};

static bool
look_up(struct cli *c, struct cli_desk *d, const char *id, struct raw *out,
	struct err *err)
{
	struct mask mask = {.c = c, .store = d->desk.store};
	unsigned long long number;
	struct casefile *f = NULL;

	if (strncmp(id, "mail-", 5) == 0) {
		if (!span_number(span_of(id + 5), INT64_MAX, &number))
			return err_set(err, ERR_SYNTAX,
				"'%.40s' is no mail: write mail-17", id);
		if (!store_mail(d->desk.store, c->arena, (int64_t)number,
			    &out->m, err))
			return false;
	} else if (!store_case(d->desk.store, c->arena, id, &f, err) ||
		!store_mail(d->desk.store, c->arena, f->mail, &out->m, err)) {
		return false;
	}
	out->asks = true; /* whose policy counts, a person has to say yet */
	if (f == NULL && out->m->chain != NULL &&
		!store_case(d->desk.store, c->arena, out->m->chain, &f, err))
		return false;
	return f == NULL || mask_case(&mask, f, &out->asks, err);
}

int
raw_print(struct cli *c, const char *id, bool yes)
{
	const char *args[] = {id, ""};
	struct cli_desk d;
	struct raw raw;
	struct span bytes;
	struct err err;
	json_t *result;

	int status = cli_desk(c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	if (!look_up(c, &d, id, &raw, &err))
		return cli_fail(&err);
	cli_desk_close(&d);
	if (raw.asks && (status = mask_ask(id, yes)) != EX_OK)
		return status;
	if ((status = cli_act(c, "case-raw", args, 2, &result)) != EX_OK ||
		(status = cli_desk(c, CLI_STORE, &d)) != EX_OK)
		return status;
	json_decref(result);
	if (!store_mail_payload(
		    d.desk.store, c->arena, raw.m, "raw", &bytes, &err))
		return cli_fail(&err);
	cli_desk_close(&d);
	if (bytes.p == NULL) {
		(void)err_set(&err, ERR_ABSENT, "mail-%lld has been erased",
			(long long)raw.m->id);
		return cli_fail(&err);
	}
	(void)fwrite(bytes.p, 1, bytes.n, stdout);
	return EX_OK;
}
