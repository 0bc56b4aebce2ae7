/* policy_forms.h - the forms of lines that the tables of a policy use. */
#pragma once

#include "policy/policy_kinds.h"

extern const struct form form_prefix, form_rating, form_alias, form_package,
	form_repository, form_url, form_detail, form_link, form_address,
	form_zone, form_host, form_other, form_phrase, form_path, form_heading,
	form_language, form_key, form_csaf;
