/* sink_test.c - a child for each connection, blocking, plain. */
#include "post/sink_test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"

struct session {
	int fd;
	FILE *in, *out;
	const char *dir;
	unsigned flags;
	char from[512], rcpt[512];
	bool bye, known;
};

static void
say(struct session *s, const char *line)
{
	(void)fprintf(s->out, "%s\r\n", line);
	(void)fflush(s->out);
}

/* --- TLS, as two FILEs over one connection ---------------------------------- */

static SSL_CTX *tls;

static ssize_t
tls_read(void *cookie, char *buf, size_t n)
{
	int k = SSL_read(cookie, buf, (int)n);

	return k > 0 ? k : 0;
}

static ssize_t
tls_write(void *cookie, const char *buf, size_t n)
{
	int k = SSL_write(cookie, buf, (int)n);

	return k > 0 ? k : 0;
}

static bool
go_tls(struct session *s)
{
	SSL *ssl = SSL_new(tls);

	(void)SSL_set_fd(ssl, s->fd);
	if (SSL_accept(ssl) != 1)
		return false;
	s->in = fopencookie(
		ssl, "r", (cookie_io_functions_t){.read = tls_read});
	s->out = fopencookie(
		ssl, "w", (cookie_io_functions_t){.write = tls_write});
	s->flags &= ~(unsigned)SINK_TLS;
	return true;
}

/* A certificate for 127.0.0.1 that signs itself, also as PATH. */
static void
make_certificate(const char *path)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	X509_NAME *name = X509_get_subject_name(cert);
	X509_EXTENSION *for_ip = X509V3_EXT_conf_nid(
		NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
	FILE *file = fopen(path, "w");

	tls = SSL_CTX_new(TLS_server_method());
	assert_true(key && for_ip && file && tls);
	(void)X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
		(const unsigned char *)"sink", -1, -1, 0);
	(void)X509_set_issuer_name(cert, name);
	(void)X509_set_version(cert, 2);
	(void)X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
	(void)X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	(void)X509_set_pubkey(cert, key);
	(void)X509_add_ext(cert, for_ip, -1);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	assert_int_equal(1, PEM_write_X509(file, cert));
	(void)fclose(file);
	assert_int_equal(1, SSL_CTX_use_certificate(tls, cert));
	assert_int_equal(1, SSL_CTX_use_PrivateKey(tls, key));
	X509_EXTENSION_free(for_ip);
	X509_free(cert);
	EVP_PKEY_free(key);
}

/* --- SMTP ------------------------------------------------------------------- */

static bool
is_to(const struct session *s, const char *word)
{
	const char *at = strchr(s->rcpt, '<');

	return at != NULL && strncmp(at + 1, word, strlen(word)) == 0 &&
		at[1 + strlen(word)] == '@';
}

/* A name that no other child has. */
static FILE *
keep(const struct session *s)
{
	char path[600];

	for (int i = 1;; i++) {
		(void)snprintf(path, sizeof path, "%s/%d.eml", s->dir, i);
		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

		if (fd >= 0)
			return fdopen(fd, "w");
	}
}

static void
data(struct session *s)
{
	char line[4096];
	FILE *file = keep(s);

	say(s, "354 go on");
	(void)fprintf(file, "%s%s", s->from, s->rcpt);
	while (fgets(line, sizeof line, s->in) && strcmp(line, ".\r\n") != 0)
		(void)fputs(line[0] == '.' ? line + 1 : line, file);
	(void)fclose(file);
	if (is_to(s, "drop"))
		_exit(0);
	if (is_to(s, "slow"))
		(void)sleep(3);
	say(s,
		is_to(s, "dot4") ?
			"451 4.3.0 later, please" :
			is_to(s, "dot5") ?
			"554-5.7.1 this letter\r\n554 5.7.1 is not wanted" :
			"250 2.0.0 taken as 4711");
	if (is_to(s, "once"))
		_exit(0);
	s->bye = is_to(s, "bye");
}

static void
ehlo(struct session *s)
{
	(void)fputs("250-sink\r\n", s->out);
	bool in_clear = (s->flags & SINK_TLS) && (s->flags & SINK_CLEAR_UTF8);
	if ((s->flags & SINK_SMTPUTF8) || in_clear)
		(void)fputs("250-SMTPUTF8\r\n", s->out);
	if (s->flags & (SINK_STARTTLS | SINK_TLS))
		(void)fputs("250-STARTTLS\r\n", s->out);
	if (s->flags & SINK_AUTH)
		(void)fputs("250-AUTH PLAIN\r\n", s->out);
	say(s, "250 8BITMIME");
}

static void
serve(struct session *s)
{
	char line[512];

	if ((s->flags & SINK_IMPLICIT) && !go_tls(s))
		return;
	say(s, s->flags & SINK_REFUSES ? "554 not today" : "220 sink ESMTP");
	while (fgets(line, sizeof line, s->in)) {
		if (strncmp(line, "EHLO", 4) == 0) {
			ehlo(s);
		} else if (strncmp(line, "STARTTLS", 8) == 0 &&
			(s->flags & SINK_TLS)) {
			say(s, "220 go on");
			if (!go_tls(s))
				return;
		} else if (strncmp(line, "STARTTLS", 8) == 0) {
			say(s, "454 no TLS now");
		} else if (strncmp(line, "AUTH", 4) == 0) {
			say(s, "334 ");
			/* user "desk", password "secret" */
			bool ok = fgets(line, sizeof line, s->in) != NULL &&
				strcmp(line, "AGRlc2sAc2VjcmV0\r\n") == 0;

			say(s, ok ? "235 welcome" : "535 who?");
			s->known = ok;
		} else if (strncmp(line, "MAIL", 4) == 0 &&
			(s->flags & SINK_AUTH) && !s->known) {
			say(s, "530 who are you?");
		} else if (strncmp(line, "MAIL", 4) == 0 && s->bye) {
			say(s, "421 too many letters on this connection");
			_exit(0);
		} else if (strncmp(line, "MAIL", 4) == 0) {
			memcpy(s->from, line, sizeof line);
			say(s, "250 2.1.0 sender");
		} else if (strncmp(line, "RCPT", 4) == 0) {
			memcpy(s->rcpt, line, sizeof line);
			say(s,
				is_to(s, "temp") ? "450 4.2.0 busy" :
					is_to(s, "perm") ?
						   "550 5.1.1 no such user" :
						   "250 2.1.5 recipient");
		} else if (strncmp(line, "DATA", 4) == 0) {
			data(s);
		} else if (strncmp(line, "QUIT", 4) == 0) {
			say(s, "221 bye");
			return;
		} else {
			say(s, "500 what?");
		}
	}
}

struct sink
sink_start(const char *dir, unsigned flags)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (flags & (SINK_TLS | SINK_IMPLICIT)) {
		char path[600];

		(void)snprintf(path, sizeof path, "%s/ca.pem", dir);
		make_certificate(path);
	}
	assert_true(fd >= 0);
	assert_int_equal(0, bind(fd, (struct sockaddr *)&at, sizeof at));
	assert_int_equal(0, listen(fd, 100));
	assert_int_equal(0, getsockname(fd, (struct sockaddr *)&at, &n));
	(void)fflush(stdout);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid > 0) {
		SSL_CTX_free(tls);
		tls = NULL;
		(void)setpgid(pid, pid); /* both do: either may be first */
		(void)close(fd);
		return (struct sink){pid, ntohs(at.sin_port)};
	}
	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves none */
	(void)signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int c = accept(fd, NULL, NULL);

		if (c < 0 || fork() != 0) {
			if (c >= 0)
				(void)close(c);
			continue;
		}
		struct session s = {.fd = c,
			.in = fdopen(c, "r"),
			.out = fdopen(dup(c), "w"),
			.dir = dir,
			.flags = flags};
		serve(&s);
		_exit(0);
	}
}

void
sink_stop(struct sink s)
{
	(void)kill(-s.pid, SIGKILL);
	(void)waitpid(s.pid, NULL, 0);
}
