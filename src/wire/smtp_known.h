/*
 * smtp_known.h - whose mail we take: the desk's own addresses.
 *
 * A local part matches whatever its case (RFC 5321 lets the host that owns
 * it decide), with any detail after a '+': the core resolves tokens. At
 * each domain of ours, and without a domain, postmaster is known.
 */
#pragma once

#include "conf/settings.h"
#include "wire/smtp.h"

enum smtp_rcpt smtp_known(const struct text_list *addresses, struct span local,
	struct span domain);
