/* look.c - a mirror for the moment, or one that is there. */
#include "cli/look.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "mirror/mirror_folder.h"
#include "mirror/mirror_note.h"

enum { LIMIT = 600000, LOOK_LIMIT = 2000 };

#define BYTES_MAX (UINT64_C(2) * 1024 * 1024 * 1024)

static bool
make(struct cli *c, const char *from, struct cli_look *out, struct err *err)
{
	const struct mirror_source source = {
		.from = from, .limit_ms = LIMIT, .max_bytes = BYTES_MAX};
	const char *above = getenv("TMPDIR");
	char *folder = arena_printf(c->arena, "%s/pratique-judge-XXXXXX",
		above && *above ? above : "/tmp");
	struct mirror_news news;
	struct err later;

	if (mkdtemp(folder) == NULL)
		return err_set(err, ERR_BUSY, "cannot make '%s': %s", folder,
			strerror(errno));
	out->temporary = folder;
	out->path = arena_printf(c->arena, "%s/mirror.git", folder);
	if (mirror_fetch(c->arena, out->path, &source, &news, err))
		return true;
	(void)folder_remove(folder, &later);
	return err_wrap(err, "cannot look into '%s'", from);
}

bool
look_open(struct cli *c, const char *from, const char *data,
	struct cli_look *out, struct err *err)
{
	*out = (struct cli_look){0};
	mirror_start();
	if (from == NULL) {
		out->data = data;
		return true;
	}
	if (access(arena_printf(c->arena, "%s/pratique.refs", from), F_OK) != 0)
		return make(c, from, out, err);
	out->path = from;
	return true;
}

void
look_part(const struct cli_look *l)
{
	struct err err;
	int status = 0;

	if (l->temporary == NULL)
		return;
	(void)fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		return;
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!folder_remove(l->temporary, &err))
		(void)fprintf(stderr, "pratique: %s\n", err.text);
	exit(pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : EX_OSERR);
}

const struct evidence *
look_for(struct cli *c, const struct cli_look *l, const struct product *p,
	const struct report *r)
{
	const char *path = l->path;
	struct mirror *m;
	struct evidence *ev = NULL;
	struct err err;

	if (path == NULL && l->data != NULL && mirror_prefix_is(p->prefix))
		path = mirror_path(c->arena, l->data, p->prefix);
	if (path == NULL)
		return NULL;
	if (!mirror_open(&m, path, &err)) {
		if (err.code != ERR_ABSENT || l->path != NULL)
			(void)fprintf(stderr, "pratique: %s\n", err.text);
		return NULL;
	}
	if (!mirror_look(m, c->arena, r, LOOK_LIMIT, &ev, &err)) {
		(void)fprintf(stderr, "pratique: %s\n", err.text);
		ev = NULL;
	}
	mirror_close(m);
	return ev;
}
