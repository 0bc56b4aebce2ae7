/* smtp_trace.c - what a stranger said of itself is made harmless here. */
#include "wire/smtp_trace.h"

/* A HELO name is anything printable; a comment must not end early. */
static void
put_name(struct str *out, const char *name)
{
	for (const char *c = name; *c != '\0'; c++) {
		bool plain = (*c >= '0' && *c <= '9') ||
			((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z') ||
			strchr("-._:[]", *c) != NULL;

		str_putc(out, plain ? *c : '?');
	}
}

static void
put_date(struct str *out, instant t)
{
	static const char *const days[] = {
		"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct day day = {(int32_t)(t.ms / INSTANT_DAY)};
	int second = (int)(t.ms % INSTANT_DAY / INSTANT_SECOND);
	int y, m, d;

	day_civil(day, &y, &m, &d);
	str_printf(out, "%s, %d %s %d %02d:%02d:%02d +0000",
		days[day_weekday(day)], d, months[m - 1], y, second / 3600,
		second / 60 % 60, second % 60);
}

void
smtp_trace(struct str *out, const struct spool_mail *mail, const char *address,
	const char *hostname, const char *id)
{
	str_printf(out, "Return-Path: <%s>\r\nReceived: from ", mail->sender);
	put_name(out, mail->helo);
	if (address != NULL) {
		const char *v6 = strchr(address, ':') ? "IPv6:" : "";

		str_printf(out, " ([%s%s])", v6, address);
	} else {
		str_puts(out, " (local)");
	}
	str_printf(
		out, "\r\n\tby %s with %s id %s", hostname, mail->protocol, id);
	if (mail->n_rcpts == 1)
		str_printf(out, "\r\n\tfor <%s>", mail->rcpts[0]);
	str_puts(out, ";\r\n\t");
	put_date(out, mail->received);
	str_puts(out, "\r\n");
}
