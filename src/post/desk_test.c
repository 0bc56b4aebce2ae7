/* desk_test.c - posts, waits, and looks at what came of it. */
#include "post/desk_test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char desk_letter[] = "From: security@example.org\r\n"
			   "To: ada@example.net\r\n"
			   "Message-ID: <1@desk.example.org>\r\n"
			   "\r\n"
			   ".a line that begins with a dot\r\n"
			   "..\r\n"
			   ".\r\n"
			   "the last line\r\n";

void
done(void *ctx, const char *id, enum post_outcome o, const char *reply)
{
	struct desk *d = ctx;
	struct outcome *got = &d->got[d->n++];

	(void)snprintf(got->id, sizeof got->id, "%s", id);
	(void)snprintf(got->reply, sizeof got->reply, "%s", reply);
	got->o = o;
	if (d->n >= d->awaited)
		loop_stop(d->loop);
}

int
desk_make(void **state)
{
	struct desk *d = mem_new(sizeof *d);

	d->a = arena_new();
	d->loop = loop_new();
	(void)snprintf(d->dir, sizeof d->dir, "/tmp/post_test.XXXXXX");
	if (mkdtemp(d->dir) == NULL)
		return -1;
	d->set = *settings_default(d->a, d->dir);
	d->set.hostname = "desk.example.org";
	*state = d;
	return 0;
}

static void
remove_folder(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		char name[600];

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(name, sizeof name, "%s/%s", path, e->d_name);
		if (unlink(name) < 0)
			remove_folder(name);
	}
	if (dir != NULL)
		(void)closedir(dir);
	(void)rmdir(path);
}

int
desk_unmake(void **state)
{
	struct desk *d = *state;

	post_free(d->post);
	loop_free(d->loop);
	remove_folder(d->dir);
	arena_free(d->a);
	free(d);
	return 0;
}

void
open_post(struct desk *d, const char *transport)
{
	struct err err = {0};

	d->set.transport = transport;
	if (!post_new(&d->post, d->loop, &d->set, d->dir, done, d, &err))
		fail_msg("%s", err.text);
}

void
close_post(struct desk *d)
{
	post_free(d->post);
	d->post = NULL;
	d->n = d->awaited = 0;
}

void
send_to(struct desk *d, const char *id, const char *to)
{
	post_send(d->post, id, "", to, span_of(desk_letter));
	d->awaited++;
}

const struct outcome *
outcome_of(const struct desk *d, const char *id)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->got[i].id, id) == 0)
			return &d->got[i];
	fail_msg("no outcome for %s", id);
	return NULL;
}

/* Sends one letter, waits, and gives what became of it. */
const struct outcome *
one(struct desk *d, const char *id, const char *to)
{
	d->n = d->awaited = 0;
	send_to(d, id, to);
	loop_run(d->loop);
	return outcome_of(d, id);
}

const char *
read_text(struct desk *d, const char *path)
{
	char text[8192];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);

	assert_true(n >= 0);
	(void)close(fd);
	return arena_text(d->a, span_make(text, (size_t)n));
}

unsigned
files_in(const char *dir, char *last, size_t size)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	unsigned n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.') {
			n++;
			(void)snprintf(last, size, "%s/%s", dir, e->d_name);
		}
	(void)closedir(d);
	return n;
}
