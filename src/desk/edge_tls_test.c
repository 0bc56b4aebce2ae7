/* edge_tls_test.c - STARTTLS with a certificate made for the occasion. */
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/test.h"
#include "desk/edge_fixture.h"

static void
make_certificate(struct fixture *f, char *conf, size_t n)
{
	char cmd[400];

	(void)snprintf(cmd, sizeof cmd,
		"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
		"-nodes -days 2 -subj /CN=desk.example.org -keyout %s/key.pem "
		"-out %s/cert.pem 2>%s/openssl.log",
		f->dir, f->dir, f->dir);
	assert_int_equal(0, system(cmd));
	(void)snprintf(conf, n,
		"tls_certificate: %s/cert.pem\ntls_key: %s/key.pem\n", f->dir,
		f->dir);
}

static int
tls_hear(SSL *ssl, unsigned n)
{
	char line[1024];
	size_t at = 0;

	while (n > 0 && SSL_read(ssl, line + at, 1) == 1) {
		if (line[at++] != '\n')
			continue;
		n -= at > 3 && line[3] != '-';
		line[at] = '\0';
		at = 0;
	}
	return n == 0 ? atoi(line) : 0;
}

static void
a_mail_comes_over_tls(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;
	char conf[200];

	make_certificate(f, conf, sizeof conf);
	fixture_start(f, conf);
	int fd = greeted(f);
	assert_int_equal(220, ask(fd, EHLO "STARTTLS\r\n", 2));
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = SSL_new(ctx);
	assert_int_equal(1, SSL_set_fd(ssl, fd));
	assert_int_equal(1, SSL_connect(ssl));
	/* one record, many commands: nothing may stay behind inside TLS */
	static const char all[] = EHLO MAIL "BDAT 3 LAST\r\nx\r\n" MAIL
					    "BDAT 3 LAST\r\ny\r\nNOOP\r\n";
	assert_int_equal(
		(int)sizeof all - 1, SSL_write(ssl, all, (int)sizeof all - 1));
	assert_int_equal(250, tls_hear(ssl, 8));
	assert_int_equal(2, spool_count(f, &m));
	assert_string_equal("ESMTPS", m.protocol);
	assert_int_equal(SPOOL_TLS, m.flags);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	(void)close(fd);
	fixture_stop(f);
}

static void
nothing_said_before_the_handshake_is_done_after_it(void **state)
{
	struct fixture *f = *state;
	char conf[200];

	make_certificate(f, conf, sizeof conf);
	fixture_start(f, conf);
	int fd = greeted(f);
	assert_int_equal(554, ask(fd, EHLO "STARTTLS\r\n" MAIL, 2));
	assert_int_equal(0, hear(fd, 1));
	(void)close(fd);
	fd = greeted(f);
	assert_int_equal(220, ask(fd, EHLO "STARTTLS\r\n", 2));
	say(fd, SPAN_LIT("NOOP\r\nNOOP\r\nNOOP\r\n"));
	char byte = '2';
	while (recv(fd, &byte, 1, 0) == 1) /* a TLS alert, never a reply */
		assert_int_not_equal('2', byte);
	(void)close(fd);
	fixture_stop(f);
}

#define T(sentence, fn)                                                        \
	{                                                                      \
		(sentence), (fn), fixture_setup, fixture_teardown, NULL        \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T("a mail comes over TLS", a_mail_comes_over_tls),
		T("nothing said before the handshake is done after it",
			nothing_said_before_the_handshake_is_done_after_it),
	};

	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
