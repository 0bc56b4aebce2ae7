/* act.c - by the running core if there is one, else right here. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/cli.h"
#include "desk/act.h"
#include "desk/proto.h"
#include "desk/reader.h"
#include "desk/sign.h"
#include "desk/start.h"
#include "mirror/mirror_note.h"
#include "sys/ipc.h"
#include "sys/now.h"

static int
reach(struct arena *a, const char *data)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const char *path = arena_printf(a, "%s/desk.sock", data);

	if (strlen(path) >= sizeof to.sun_path)
		return -1;
	(void)memcpy(to.sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

static int
ask(struct cli *c, int fd, const char *verb, const char *const *args, size_t n,
	json_t **result)
{
	struct str frame;
	struct span body;
	uint16_t type;
	struct err err;

	str_init(&frame, PROTO_MAX_SMALL);
	pack_text(&frame, verb);
	pack_u32(&frame, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		pack_text(&frame, args[i]);
	bool ok = ipc_put(fd, PROTO_ACT, str_span(&frame), &err) &&
		ipc_get(fd, c->arena, PROTO_MAX_SMALL, &type, &body, &err);
	str_fini(&frame);
	(void)close(fd);
	if (!ok)
		return cli_fail(&err);
	struct unpack u = {body, false};
	int status = (int)unpack_u32(&u, 255);
	const char *text = unpack_text(&u, c->arena);
	if (status == EX_OK) {
		*result =
			json_loads(text ? text : "null", JSON_DECODE_ANY, NULL);
		return EX_OK;
	}
	(void)fprintf(stderr, "pratique: %s\n", text ? text : "no reason");
	return status;
}

static const char *
me(struct arena *a)
{
	const struct passwd *pw = getpwuid(getuid());

	return pw ? arena_printf(a, "person:%s", pw->pw_name) :
		    arena_printf(a, "person:uid-%u", (unsigned)getuid());
}

/* The mirror of the product, if the desk has one. */
static const char *
mirror_of(struct cli *c, const struct cli_desk *d, const struct policy *p)
{
	if (p == NULL || !mirror_prefix_is(p->product.prefix))
		return NULL;
	const char *path = mirror_path(c->arena, d->data, p->product.prefix);
	return access(path, F_OK) == 0 ? path : NULL;
}

/* No reader runs: one is made for this mail. One that cannot be read is a
 * person's all the same, as it is in the core. */
static bool
read_for(struct cli *c, struct cli_desk *d, struct act_call *call,
	struct act_read *out, struct err *err)
{
	struct act_mail *asked = ARENA_NEW(c->arena, struct act_mail);
	struct evidence *ev = NULL;
	struct message *m;
	struct report *r;

	if (!act_mail(&d->desk, c->arena, call, asked, err))
		return false;
	*out = (struct act_read){.mail = &asked->mail};
	call->read = out;
	if (reader_apart(c->arena, &asked->mail, &d->policies.own,
		    mirror_of(c, d, asked->product), d->set->parse_timeout, &m,
		    &r, &ev, err)) {
		out->message = m;
		out->report = r;
		out->evidence = ev;
		return true;
	}
	if (err->code != ERR_BROKEN)
		return false;
	reader_none(c->arena, &asked->mail, arena_strdup(c->arena, err->text),
		&out->message, &out->report);
	return true;
}

int
cli_act(struct cli *c, const char *verb, const char *const *args, size_t n,
	json_t **result)
{
	struct cli_desk d;
	struct err err;
	int lock;
	int status = cli_desk(c, CLI_POLICIES, &d);

	if (status != EX_OK)
		return status;
	int fd = reach(c->arena, d.data);
	if (fd >= 0)
		return ask(c, fd, verb, args, n, result);
	if (!desk_lock(c->arena, d.data, &lock, &err) ||
		!desk_open(&d.desk, c->arena, STORE_WRITE, &err))
		return cli_fail(&err);
	d.desk.sign = sign_here;
	d.desk.sign_ctx = arena_strdup(c->arena, d.data);
	struct act_call call = {.verb = verb,
		.actor = me(c->arena),
		.args = args,
		.n = n,
		.at = now()};
	struct act_read read;
	/* A case must not rest on a policy that the ledger does not know. */
	if (act_reads(verb) && !desk_begin(&d.desk, c->arena, call.at, &err))
		return cli_fail(&err);
	bool ok = (!act_reads(verb) || read_for(c, &d, &call, &read, &err)) &&
		act_run(&d.desk, c->arena, &call, result, &err);
	cli_desk_close(&d);
	(void)close(lock);
	return ok ? EX_OK : cli_fail(&err);
}
