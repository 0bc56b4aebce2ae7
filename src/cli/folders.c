/* folders.c - the data folder's parts, each given to the role that works in it. */
#include "cli/folders.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/files.h"

/* What the roles find in the data folder, and who owns it. */
static const struct {
	const char *name;
	unsigned mode;
	enum role_name owner, group;
} folders[] = {
	/* entered by all roles, read by none but the owner */
	{"", 0711, ROLE_CORE, ROLE_CORE},
	{"spool", 0711, ROLE_CORE, ROLE_CORE},
	/* the edge writes it, the core reads and prunes it, nobody else */
	{"spool/edge", 02770, ROLE_EDGE, ROLE_CORE},
	{"spool/pipe", 02770, ROLE_CORE, ROLE_CORE},
	{"keys", 0711, ROLE_SIGN, ROLE_SIGN}, /* desk.pub is public */
	/* what is fetched there evidence reads, and nobody else; the core may
	 * ask whether a mirror of a name is there */
	{"mirrors", 02751, ROLE_FETCH, ROLE_EVIDENCE},
};

bool
folder_give_to(const char *path, const struct settings *set, unsigned mode,
	enum role_name owner, enum role_name group, struct err *err)
{
	uid_t uid = (uid_t)(set->uid_base + (int64_t)owner - ROLE_EDGE);
	gid_t gid = (gid_t)(set->uid_base + (int64_t)group - ROLE_EDGE);

	/* a shared folder hands its group on to new files (setgid), a bit
	 * that mkdir() and chown() drop */
	if (geteuid() != 0 || set->uid_base == 0 ||
		(chown(path, uid, gid) == 0 && chmod(path, mode) == 0))
		return true;
	return err_set(err, ERR_DENIED,
		"cannot give '%s' to user id %u: is it on a file system that takes owners?",
		path, (unsigned)uid);
}

static bool
folder_one(struct cli *c, const struct cli_desk *d, size_t i, struct err *err)
{
	const char *path = arena_printf(c->arena, "%s%s%s", d->data,
		folders[i].name[0] ? "/" : "", folders[i].name);

	return file_mkdirs(path, folders[i].mode, err) &&
		folder_give_to(path, d->set, folders[i].mode, folders[i].owner,
			folders[i].group, err);
}

bool
folders_mirrors(struct cli *c, const struct cli_desk *d, struct err *err)
{
	return folder_one(c, d, ARRAY_LEN(folders) - 1, err);
}

bool
folders_make(struct cli *c, const struct cli_desk *d, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (!folder_one(c, d, i, err))
			return false;
	if (strncmp(d->set->transport, "maildir:", 8) != 0)
		return true;
	const char *box = d->set->transport + 8;
	if (box[0] != '/')
		box = arena_printf(c->arena, "%s/%s", d->data, box);
	return file_mkdirs(box, 0700, err) &&
		folder_give_to(box, d->set, 0700, ROLE_POST, ROLE_POST, err);
}
