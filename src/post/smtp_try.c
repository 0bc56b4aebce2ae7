/*
 * smtp_try.c - one exchange with the next hop, watched reply by reply.
 *
 * libcurl hands every reply line to the header callback. From these we know
 * what it does not tell: the reply's text for the record, whether the server
 * offers SMTPUTF8 before anything that needs it is sent (standards.md
 * 4.2.7), and how long each step may take (4.2.2).
 *
 * A 5yz to MAIL, RCPT, DATA or the final dot is about this letter: a person
 * must look. A 5yz before (greeting, EHLO, TLS, AUTH), and 530, which asks
 * for one of these, is about our settings or the server's mood, and the same
 * letter may pass tomorrow.
 */
#include "post/smtp.h"

#include <string.h>

#include "post/address.h"

enum {
	COMMAND_MS = 5 * 60 * 1000, /* greeting, MAIL, RCPT; DATA too */
	BLOCK_MS = 3 * 60 * 1000,
	DOT_MS = 10 * 60 * 1000,
	/* libcurl's own, past ours: ours name the step */
	LIBRARY_SECONDS = 11 * 60,
};

struct
try {
	const struct smtp_hop *hop;
	struct job *job;
	size_t sent;   /* bytes of the letter handed to libcurl */
	int64_t since; /* of the step that is waited for */
	/* replies */
	unsigned replies;
	int code;        /* of the last whole reply */
	bool in_reply;   /* more lines of it are to come */
	bool wants_data; /* 354 came */
	/* a letter that needs SMTPUTF8 asks for a connection of its own */
	bool needs_utf8, checked_utf8, utf8, starttls, lacks_utf8;
	const char *late; /* the step that took too long */
};

/* --- replies --------------------------------------------------------------- */

static int
code_of(struct span line)
{
	unsigned long long code;

	return span_number(span_cut(line, 0, 3), 599, &code) ? (int)code : 0;
}

static void
note_offer(struct try *t, struct span line)
{
	struct span offer = span_from(line, 4);

	t->utf8 |= span_is_nocase(offer, "SMTPUTF8");
	t->starttls |= span_is_nocase(offer, "STARTTLS");
}

/*
 * Replies of a new connection: 1 greeting, 2 EHLO, and if STARTTLS follows,
 * 3 its answer and 4 the second EHLO, which alone counts then. False: the
 * server cannot take this letter, and nothing of it has been sent.
 */
static bool
check_utf8(struct try *t)
{
	bool tls = t->starttls && t->hop->tls != SMTP_TLS_NEVER &&
		!t->hop->implicit;

	if (!t->needs_utf8 || t->checked_utf8 || t->replies < 2)
		return true;
	if (t->replies == 2 && tls)
		return true;
	if (t->replies == 3 && t->code == 220) {
		t->utf8 = false; /* what was offered in clear is forgotten */
		return true;
	}
	t->checked_utf8 = true;
	t->lacks_utf8 = !t->utf8;
	return t->utf8;
}

static size_t
on_reply(char *p, size_t size, size_t n, void *ctx)
{
	struct try *t = ctx;
	struct span line = span_trim(span_make(p, size * n));

	/* libcurl says QUIT by itself after a refusal: that refusal counts */
	if (code_of(line) == 221)
		return size * n;
	if (!t->in_reply)
		str_clear(&t->job->reply);
	else
		str_putc(&t->job->reply, ' ');
	str_put(&t->job->reply, line);
	t->in_reply = line.n > 3 && line.p[3] == '-';
	note_offer(t, line);
	if (t->in_reply)
		return size * n;
	t->code = code_of(line);
	t->replies++;
	t->since = loop_now();
	t->wants_data |= t->code == 354;
	return check_utf8(t) ? size * n : 0;
}

/* --- the letter, and time -------------------------------------------------- */

static size_t
on_read(char *p, size_t size, size_t n, void *ctx)
{
	struct try *t = ctx;
	size_t left = t->job->n - t->sent;

	n *= size;
	if (n > left)
		n = left;
	memcpy(p, t->job->bytes + t->sent, n);
	t->sent += n;
	t->since = loop_now();
	return n;
}

/* Called at least once a second. */
static int
on_progress(void *ctx, curl_off_t down, curl_off_t down_now, curl_off_t up,
	curl_off_t up_now)
{
	struct try *t = ctx;
	int64_t waited = loop_now() - t->since;

	(void)down, (void)down_now, (void)up, (void)up_now;
	if (!t->wants_data && waited > COMMAND_MS)
		t->late = "a reply";
	else if (t->wants_data && t->sent < t->job->n && waited > BLOCK_MS)
		t->late = "room for the letter";
	else if (waited > DOT_MS)
		t->late = "the reply to the letter";
	return t->late != NULL || atomic_load(&t->hop->stop);
}

/* --- one exchange ---------------------------------------------------------- */

static void
prepare(CURL *c, const struct smtp_hop *hop, struct try *t,
	struct curl_slist *to)
{
	bool verify = hop->tls == SMTP_TLS_REQUIRED;

	curl_easy_reset(c); /* keeps the connection */
	curl_easy_setopt(c, CURLOPT_URL, hop->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_PROXY, ""); /* none from the environment */
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_USE_SSL,
		(long)(hop->tls == SMTP_TLS_REQUIRED     ? CURLUSESSL_ALL :
				hop->tls == SMTP_TLS_TRY ? CURLUSESSL_TRY :
							   CURLUSESSL_NONE));
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
	if (hop->ca_file != NULL)
		curl_easy_setopt(c, CURLOPT_CAINFO, hop->ca_file);
	if (hop->user != NULL) {
		curl_easy_setopt(c, CURLOPT_USERNAME, hop->user);
		curl_easy_setopt(c, CURLOPT_PASSWORD, hop->password);
	}
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, COMMAND_MS / 1000L);
	curl_easy_setopt(
		c, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)LIBRARY_SECONDS);
	curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->job->n);
	/* without one libcurl writes the null path <> */
	if (t->job->sender[0] != '\0')
		curl_easy_setopt(c, CURLOPT_MAIL_FROM, t->job->sender);
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(c, CURLOPT_READDATA, t);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_reply);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
}

static void
conclude(struct try *t, CURLcode rc, const char *why)
{
	struct job *job = t->job;
	bool about_letter =
		(rc == CURLE_SEND_ERROR || t->wants_data) && t->code != 530;

	if (rc == CURLE_OK && t->code / 100 == 2)
		job->outcome = POST_SENT;
	else if (t->lacks_utf8)
		job_outcome(job, POST_REFUSED,
			"%.200s does not offer SMTPUTF8, which the address "
			"needs: write to it by hand",
			t->hop->where);
	else if (t->late != NULL)
		job_outcome(job, POST_LATER, "%.200s: waited too long for %s",
			t->hop->where, t->late);
	else if (t->code >= 400 && rc != CURLE_OK)
		job->outcome = t->code / 100 == 5 && about_letter ?
			POST_REFUSED :
			POST_LATER; /* reply is the server's */
	else
		job_outcome(job, POST_LATER, "%.200s: %s%s", t->hop->where,
			why[0] != '\0' ? why : curl_easy_strerror(rc),
			t->wants_data ? " (after the letter was sent: it may "
					"have been taken)" :
					"");
}

/* True if a kept connection died of age: no word about this letter. */
static bool
was_stale(CURL *c, const struct try *t, CURLcode rc)
{
	long made = 1;

	(void)curl_easy_getinfo(c, CURLINFO_NUM_CONNECTS, &made);
	return rc != CURLE_OK && made == 0 && t->late == NULL &&
		!t->wants_data && (t->replies == 0 || t->code == 421) &&
		!atomic_load(&t->hop->stop);
}

void
smtp_deliver(CURL *curl, const struct smtp_hop *hop, struct job *job)
{
	struct curl_slist *to = curl_slist_append(NULL, job->to);
	bool utf8 =
		address_needs_utf8(job->to) || address_needs_utf8(job->sender);
	bool fresh = utf8; /* so that the offers are seen */

	for (int attempt = 0; attempt < 2; attempt++) {
		char why[CURL_ERROR_SIZE] = "";
		struct try t = {.hop = hop,
			.job = job,
			.needs_utf8 = utf8,
			.since = loop_now()};

		str_clear(&job->reply);
		prepare(curl, hop, &t, to);
		curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
		curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
		CURLcode rc = curl_easy_perform(curl);
		curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
		if (attempt == 0 && was_stale(curl, &t, rc)) {
			fresh = true;
			continue;
		}
		conclude(&t, rc, why);
		break;
	}
	curl_slist_free_all(to);
}
