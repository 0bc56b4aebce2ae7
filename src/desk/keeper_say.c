/* keeper_say.c - what roles say to the keeper: little, and none of it foreign. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "desk/keeper_impl.h"

static void
announce(struct keeper *k)
{
	json_t *listen = json_array(), *roles = json_array();
	AUTO(arena_auto) struct arena *a = arena_new();

	for (size_t i = 0; i < k->n_listeners; i++)
		json_array_append_new(listen,
			json_pack("{s:s,s:s,s:i}", "protocol",
				k->listeners[i].protocol, "address",
				k->listeners[i].address, "port",
				k->listeners[i].port));
	for (size_t i = 0; i < k->n; i++)
		json_array_append_new(roles,
			json_pack("{s:s,s:i}", "role",
				role_names[k->children[i].role], "pid",
				(int)k->children[i].pid));
	const char *line = arena_printf(a, "%s\n",
		json_text(a,
			json_pack("{s:i,s:o,s:o}", "pid", (int)getpid(),
				"listen", listen, "roles", roles)));
	k->announced = true;
	for (size_t i = 0; i < k->n_listeners; i++)
		log_event("desk.listens", "protocol=%s address=%s port=%d",
			k->listeners[i].protocol, k->listeners[i].address,
			k->listeners[i].port);
	log_event(
		"desk.ready", "roles=%zu listeners=%zu", k->n, k->n_listeners);
	if (k->start->ready_fd < 0)
		return;
	if (write(k->start->ready_fd, line, strlen(line)) < 0)
		log_event("keeper.unheard", "error=%s", strerror(errno));
	(void)close(k->start->ready_fd);
}

/* Mail can come in and be stored: parsers may follow a moment later. */
static bool
can_receive(const struct keeper *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (!k->children[i].ready &&
			(k->children[i].role == ROLE_EDGE ||
				k->children[i].role == ROLE_CORE))
			return false;
	return true;
}

static void
kill_stuck(struct keeper *k, struct span body)
{
	struct unpack u = {body, false};
	uint32_t role = unpack_u32(&u, ROLE_COUNT - 1);
	uint32_t index = unpack_u32(&u, KEEPER_CHILDREN);

	for (size_t i = 0; i < k->n && unpack_end(&u); i++) {
		struct child *c = &k->children[i];

		if (c->role == (enum role_name)role && c->index == index &&
			c->pid > 0) {
			log_event("role.stuck", "role=%s index=%u pid=%d",
				role_names[c->role], c->index, (int)c->pid);
			(void)kill(c->pid, SIGKILL);
		}
	}
}

void
keeper_hears(void *ctx, uint16_t type, struct span body)
{
	struct child *c = ctx;
	struct keeper *k = c->keeper;

	switch (type) {
	case ROLE_READY:
		c->ready = true;
		if (!k->announced && can_receive(k))
			announce(k);
		break;
	case ROLE_STUCK:
		if (c->role == ROLE_CORE)
			kill_stuck(k, body);
		break;
	default: /* closed: SIGCHLD says why */
		ipc_free(c->ipc);
		c->ipc = NULL;
		break;
	}
}
