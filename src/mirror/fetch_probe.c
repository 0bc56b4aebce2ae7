/*
 * fetch_probe.c - is there a public repository at this address, itself?
 *
 * Asked by libcurl before libgit2 comes: that one follows a redirect on the
 * same host whatever it is told, and version 1.5 can crash over one; and
 * what it says of a page that is no repository helps nobody. Only the answer's
 * head is read.
 */
#include <curl/curl.h>
#include <string.h>

#include "mirror/fetch.h"
#include "sys/loop.h"

static size_t
no_body(char *p, size_t size, size_t n, void *ctx)
{
	(void)p;
	(void)size;
	(void)n;
	(void)ctx;
	return 0; /* the head has all that is asked */
}

static bool
judge_answer(CURL *h, const char *why, struct err *err)
{
	long status = 0;
	char *to = NULL, *type = NULL;

	(void)curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(h, CURLINFO_REDIRECT_URL, &to);
	(void)curl_easy_getinfo(h, CURLINFO_CONTENT_TYPE, &type);
	if (status == 0)
		return err_set(err, ERR_BUSY, "cannot reach it: %s", why);
	if (status >= 300 && status < 400) {
		/* What git asks below the address is no part of it. */
		char *tail = to ? strstr(to, "/info/refs") : NULL;

		if (tail != NULL)
			*tail = '\0';
		return err_set(err, ERR_SYNTAX,
			"it has moved to '%s', and a redirect is not followed: add the mirror with that address if it is right",
			to ? to : "?");
	}
	if (status == 401 || status == 403 || status == 404)
		return err_set(err, ERR_DENIED,
			"there is no such public repository (HTTP status %ld)",
			status);
	if (status != 200)
		return err_set(err, ERR_BUSY, "it answers with HTTP status %ld",
			status);
	if (type == NULL ||
		strcmp(type, "application/x-git-upload-pack-advertisement") !=
			0)
		return err_set(err, ERR_SYNTAX,
			"what is there is no git repository that libgit2 can fetch ('%s')",
			type ? type : "of no type");
	return true;
}

bool
fetch_probe(struct fetch *f, struct err *err)
{
	CURL *h;
	size_t n = strlen(f->from);
	char why[CURL_ERROR_SIZE] = "";

	if (strncmp(f->from, "git://", 6) == 0)
		return true;
	while (n > 0 && f->from[n - 1] == '/')
		n--;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 ||
		(h = curl_easy_init()) == NULL)
		return err_set(err, ERR_BROKEN, "libcurl does not begin");
	const char *url = arena_printf(f->a,
		"%.*s/info/refs?service=git-upload-pack", (int)n, f->from);
	int64_t left = f->deadline - loop_now();
	(void)curl_easy_setopt(h, CURLOPT_URL, url);
	(void)curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(
		h, CURLOPT_TIMEOUT_MS, left > 1 ? (long)left : 1L);
	(void)curl_easy_setopt(h, CURLOPT_USERAGENT, "git/2 (pratique)");
	(void)curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, no_body);
	(void)curl_easy_setopt(h, CURLOPT_ERRORBUFFER, why);
	CURLcode rc = curl_easy_perform(h);
	bool ok = judge_answer(h, why[0] ? why : curl_easy_strerror(rc), err);
	curl_easy_cleanup(h);
	return ok;
}
