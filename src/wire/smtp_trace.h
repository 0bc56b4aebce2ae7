/*
 * smtp_trace.h - our Return-Path and Received fields (RFC 5321 4.4).
 *
 * They are kept beside the mail, never in it: the raw bytes stay as sent,
 * and a second delivery of the same mail has the same bytes.
 */
#pragma once

#include "base/instant.h"
#include "base/str.h"
#include "sys/spool.h"

/*
 * From mail->sender, helo, protocol, received and, if there is only one,
 * the recipient; `address` is the client's, NULL for a local socket. Lines
 * end in CRLF.
 */
void smtp_trace(struct str *out, const struct spool_mail *mail,
	const char *address, const char *hostname, const char *id);
