/*
 * fetch_url.c - over the network, by libgit2's own transports.
 *
 * Only what is missing is asked for: the new folder holds the old packs and
 * refs already.
 */
#include <string.h>

#include "base/mem.h"
#include "mirror/fetch.h"

static int
progress(const git_indexer_progress *at, void *ctx)
{
	struct fetch *f = ctx;

	f->received = at->received_bytes;
	return fetch_may_go_on(f, at->received_bytes, f->err) ? 0 : GIT_EUSER;
}

static int
sideband(const char *text, int n, void *ctx)
{
	struct fetch *f = ctx;

	(void)text;
	(void)n;
	return fetch_may_go_on(f, f->received, f->err) ? 0 : GIT_EUSER;
}

/* Who asks for a password asks in vain, and the refusal says why. */
static int
no_password(git_credential **out, const char *url, const char *user,
	unsigned allowed, void *ctx)
{
	struct fetch *f = ctx;

	(void)out;
	(void)url;
	(void)user;
	(void)allowed;
	(void)err_set(f->err, ERR_DENIED,
		"it asks for a name and a password: there is no such public repository");
	return GIT_EUSER;
}

static bool
failed(struct fetch *f, int rc, const char *what, struct err *err)
{
	if (f->err->code != ERR_NONE) {
		*err = *f->err;
		return err_wrap(err, "%s", what);
	}
	return mirror_git_err(err, ERR_BUSY, rc, what);
}

static bool
list_refs(struct fetch *f, git_remote *r, struct err *err)
{
	const git_remote_head **heads;
	size_t n;
	int rc = git_remote_ls(&heads, &n, r);

	if (rc != 0)
		return failed(f, rc, "cannot list its refs", err);
	for (size_t i = 0; i < n; i++) {
		const char *name = heads[i]->name;

		if (strcmp(name, "HEAD") == 0 &&
			heads[i]->symref_target != NULL &&
			mirror_ref_is_kept(heads[i]->symref_target))
			f->head = arena_strdup(f->a, heads[i]->symref_target);
		if (strstr(name, "^{}") == NULL &&
			!fetch_ref(f, name, &heads[i]->oid, err))
			return false;
	}
	return true;
}

static bool
transfer(struct fetch *f, git_remote *r, struct err *err)
{
	char heads[] = "+refs/heads/*:refs/heads/*";
	char tags[] = "+refs/tags/*:refs/tags/*";
	char *specs[] = {heads, tags};
	const git_strarray wanted = {specs, ARRAY_LEN(specs)};
	git_fetch_options o;
	git_remote_connect_options c;
	struct err heard = {0};

	(void)git_fetch_options_init(&o, GIT_FETCH_OPTIONS_VERSION);
	(void)git_remote_connect_options_init(
		&c, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
	f->err = &heard;
	o.callbacks.transfer_progress = progress;
	o.callbacks.sideband_progress = sideband;
	o.callbacks.credentials = no_password;
	o.callbacks.payload = f;
	o.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
	o.update_fetchhead = 0;
	o.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
	o.proxy_opts.type = GIT_PROXY_AUTO;
	c.callbacks = o.callbacks;
	c.proxy_opts = o.proxy_opts;
	c.follow_redirects = o.follow_redirects;
	int rc = git_remote_connect_ext(r, GIT_DIRECTION_FETCH, &c);
	if (rc != 0)
		return failed(f, rc, "cannot reach it", err);
	if (!list_refs(f, r, err))
		return false;
	rc = git_remote_download(r, &wanted, &o);
	return rc == 0 || failed(f, rc, "cannot fetch it", err);
}

bool
fetch_url(struct fetch *f, struct err *err)
{
	git_repository *repo = NULL;
	git_remote *r = NULL;

	if (!fetch_probe(f, err))
		return false;
	int rc = git_repository_open_bare(&repo, f->fresh);

	if (rc == 0)
		rc = git_remote_create_anonymous(&r, repo, f->from);
	bool ok = rc == 0 ?
		transfer(f, r, err) :
		mirror_git_err(err, ERR_BROKEN, rc, "cannot begin to fetch");
	if (r != NULL)
		(void)git_remote_disconnect(r);
	git_remote_free(r);
	git_repository_free(repo);
	return ok;
}
