/*
 * policy_kinds.c - every kind of clause, once.
 *
 * What a kind does stands in src/judge, src/cases and src/clock; here
 * stands what it is called and what it takes. A new parameter is a member in
 * policy.h and a row here. What is no kind's own is in policy_keys.c.
 */
#include "policy/policy_kinds.h"

#include <assert.h>
#include <string.h>

#include "policy/policy_rows.h"

const char *const strength_names[3] = {
	[STRENGTH_MUST] = "must",
	[STRENGTH_AIM] = "aim",
	[STRENGTH_BEST_EFFORT] = "best-effort",
};

const char *const duty_names[DUTY_COUNT] = {
	[DUTY_ACKNOWLEDGE] = "acknowledge",
	[DUTY_VALIDATE] = "validate",
	[DUTY_FOLLOW_UP] = "follow-up",
	[DUTY_RESOLVE] = "resolve",
};

static const char *const parts[] = {
	[PART_TITLE] = "title",
	[PART_STEPS] = "steps",
	[PART_CONTACT] = "contact",
	[PART_WRITTEN] = "written",
};

static const char *const matters[] = {
	[MATTER_BUG] = "bug",
	[MATTER_QUESTION] = "question",
	[MATTER_SUPPORT] = "support",
	[MATTER_SPAM] = "spam",
	[MATTER_OTHER] = "other",
};

static const char *const abouts[] = {
	[ABOUT_TAGGED_RELEASES] = "tagged-releases",
	[ABOUT_AS_DOCUMENTED] = "as-documented",
	[ABOUT_OTHER_CODEBASES] = "other-codebases",
	[ABOUT_WEBSITE] = "website",
	[ABOUT_DEPENDENCIES] = "dependencies",
	[ABOUT_UNINTENDED_CONFIGURATION] = "unintended-configuration",
	[ABOUT_OTHER_SYSTEMS] = "other-systems",
	[ABOUT_BROWSER_COOKIES] = "browser-cookies",
	[ABOUT_OTHER] = "other",
};

static const char *const sides[] = {"out", "in"};
static const char *const keepers[] = {"person", "receipt"};
static const char *const pauses[] = {"none", "validate"};
static const char *const shorter[] = {"propose", "accept"};
static const struct field required_fields[] = {
	{.name = "part",
		.type = FIELD_WORD,
		AT(clause, part),
		.needed = true,
		WORDS(parts),
		.help = "which part of a report"},
	{.name = "from-address",
		.type = FIELD_YES,
		AT(clause, from_address),
		.fallback = 1,
		.only = "part",
		.only_mask = 1u << PART_CONTACT,
		.help = "an address in From that can be answered is enough"},
};

static const struct field duty_fields[] = {
	{.name = "duty",
		.type = FIELD_WORD,
		AT(clause, duty.name),
		.needed = true,
		WORDS(duty_names),
		.help = "what is promised"},
	{.name = "business-days",
		.type = FIELD_NUMBER,
		AT(clause, duty.business_days),
		.most = 365,
		.help = "due at the end of this open day; 0: no date"},
	{.name = "remind-days",
		.type = FIELD_NUMBER,
		AT(clause, duty.remind_days),
		.most = 364,
		.help = "a reminder at the end of this day; 0: none of its "
			"own"},
	{.name = "kept-by",
		.type = FIELD_WORD,
		AT(clause, duty.by_receipt),
		.fallback = 1,
		WORDS(keepers),
		.only = "duty",
		.only_mask = 1u << DUTY_ACKNOWLEDGE,
		.help = "what keeps the promise: the receipt letter or a "
			"person's"},
};

static const struct field scope_fields[] = {
	{.name = "scope",
		.type = FIELD_WORD,
		AT(clause, scope.in),
		.needed = true,
		WORDS(sides),
		.help = "whether it is in scope or out of it"},
	{.name = "about",
		.type = FIELD_WORD,
		AT(clause, scope.about),
		.needed = true,
		WORDS(abouts),
		.help = "what decides; 'other': a person, by the text"},
	{.name = "hosts",
		.type = FIELD_LINES,
		AT_LIST(clause, scope.hosts.v, scope.hosts.n),
		.most = 50,
		.form = &form_host,
		.only = "about",
		.only_mask = 1u << ABOUT_WEBSITE,
		.help = "the website's hosts"},
	{.name = "names",
		.type = FIELD_LINES,
		AT_LIST(clause, scope.names.v, scope.names.n),
		.most = 100,
		.form = &form_other,
		.only = "about",
		.only_mask = 1u << ABOUT_OTHER_CODEBASES |
			1u << ABOUT_DEPENDENCIES | 1u << ABOUT_OTHER_SYSTEMS,
		.late = true,
		.help = "what else it may be called that is affected, with a "
			"link to the policy of its own"},
	{.name = "words",
		.type = FIELD_LINES,
		AT_LIST(clause, scope.words.v, scope.words.n),
		.most = 50,
		.form = &form_phrase,
		.only = "about",
		.only_mask = 1u << ABOUT_AS_DOCUMENTED |
			1u << ABOUT_DEPENDENCIES |
			1u << ABOUT_UNINTENDED_CONFIGURATION |
			1u << ABOUT_OTHER_SYSTEMS |
			1u << ABOUT_BROWSER_COOKIES | 1u << ABOUT_OTHER,
		.late = true,
		.help = "phrases that are evidence of it, beside those that "
			"the desk knows"},
};

static const struct field embargo_fields[] = {
	{.name = "days",
		.type = FIELD_NUMBER,
		AT(clause, embargo.days),
		.needed = true,
		.least = 1,
		.most = 3650,
		.help = "calendar days from notification"},
	{.name = "shorter",
		.type = FIELD_WORD,
		AT(clause, embargo.accept_shorter),
		WORDS(shorter),
		.help = "what becomes of a shorter date that a reporter "
			"names"},
};

static const struct field vulnerabilities_only_fields[] = {
	{.name = "refuses",
		.type = FIELD_WORDS,
		AT(clause, vulnerabilities_only.refuses),
		.least = 1,
		.fallback = (1u << MATTER_COUNT) - 1,
		WORDS(matters),
		.help = "what is proposed as set aside"},
};

static const struct field more_information_fields[] = {
	{.name = "pauses",
		.type = FIELD_WORD,
		AT(clause, more_information.pauses_validate),
		WORDS(pauses),
		.help = "the clock that stands still while we wait"},
};

static const struct field severity_fields[] = {
	{.name = "scale",
		.type = FIELD_LINES,
		AT_LIST(clause, severity.scale.v, severity.scale.n),
		.least = 2,
		.most = 10,
		.form = &form_rating,
		.help = "the policy's own ratings, lowest first"},
};

static const struct field platform_fields[] = {
	{.name = "platform",
		.type = FIELD_LINE,
		AT(clause, platform.platform),
		.needed = true,
		.form = &form_name,
		.help = "the platform's name"},
	{.name = "link",
		.type = FIELD_LINE,
		AT(clause, platform.link),
		.form = &form_link,
		.help = "its page for reporters"},
	{.name = "covers",
		.type = FIELD_YES,
		AT(clause, platform.covers),
		.help = "our use of it covers this product: its terms set "
			"the follow-up times"},
};

static const struct field safe_harbor_fields[] = {
	{.name = "promises",
		.type = FIELD_TEXTS,
		AT_LIST(clause, safe_harbor.promises.v, safe_harbor.promises.n),
		.needed = true,
		.least = 1,
		.most = 20,
		.help = "each promise, a line of its own"},
};

static const struct field rescind_fields[] = {
	{.name = "grounds",
		.type = FIELD_TEXTS,
		AT_LIST(clause, rescind.grounds.v, rescind.grounds.n),
		.needed = true,
		.least = 1,
		.most = 20,
		.help = "each ground, quoted in full when it is used"},
};

static const struct field out_of_scope_fields[] = {
	{.name = "courtesy-letter",
		.type = FIELD_YES,
		AT(clause, out_of_scope.courtesy_letter),
		.help = "one letter says so, once a person confirmed"},
};

static const struct field known_fields[] = {
	{.name = "words",
		.type = FIELD_LINES,
		AT_LIST(clause, known.words.v, known.words.n),
		.most = 50,
		.form = &form_phrase,
		.help = "phrases, one of which stands in the report"},
	{.name = "paths",
		.type = FIELD_LINES,
		AT_LIST(clause, known.paths.v, known.paths.n),
		.most = 50,
		.form = &form_path,
		.help = "folders and files, one of which is affected"},
	{.name = "hosts",
		.type = FIELD_LINES,
		AT_LIST(clause, known.hosts.v, known.hosts.n),
		.most = 50,
		.form = &form_host,
		.help = "hosts, one of which is affected"},
	{.name = "unless",
		.type = FIELD_LINES,
		AT_LIST(clause, known.unless.v, known.unless.n),
		.most = 50,
		.form = &form_phrase,
		.help = "phrases that show that it is something else after "
			"all"},
};

const struct kind_row clause_kinds[CLAUSE_KIND_COUNT] = {
	[CLAUSE_TEXT] = {"text", false, {NULL, 0},
		"published with the policy; nothing is judged"},
	[CLAUSE_CONTACT] = {"contact", false, {NULL, 0},
		"a mail is routed to the product it names; one that names "
		"none waits in the unrouted queue"},
	[CLAUSE_PRIVATE_CHANNEL] = {"private-channel", false, {NULL, 0},
		"a report that says it is public already is shown to a "
		"person, with the line"},
	[CLAUSE_VULNERABILITIES_ONLY] = {"vulnerabilities-only", false,
		FIELDS(vulnerabilities_only_fields),
		"what is no vulnerability report is proposed as set aside; "
		"doubt is none"},
	[CLAUSE_SCOPE] = {"scope", false, FIELDS(scope_fields),
		"evidence for or against is collected; a person decides"},
	[CLAUSE_PLAIN_TEXT] = {"plain-text", false, {NULL, 0},
		"a mail with HTML alone opens a case and is asked for plain "
		"text"},
	[CLAUSE_ONE_PER_MAIL] = {"one-per-mail", false, {NULL, 0},
		"several findings in a mail are noticed; a split is proposed"},
	[CLAUSE_REQUIRED] = {"required", false, FIELDS(required_fields),
		"the part is found, with its lines, or asked for"},
	[CLAUSE_MORE_INFORMATION] = {"more-information", false,
		FIELDS(more_information_fields),
		"a person may ask for more; what is asked is ticked off"},
	[CLAUSE_SEVERITY] = {"severity", false, FIELDS(severity_fields),
		"ratings in a mail are folded until there is an own one; "
		"they never count against anyone"},
	[CLAUSE_CWE] = {"cwe", false, {NULL, 0},
		"ids of weaknesses are checked against the official list"},
	[CLAUSE_DUTY] = {"duty", true, FIELDS(duty_fields),
		"a promise with a clock in the policy's zone and calendar"},
	[CLAUSE_PLATFORM] = {"platform", false, FIELDS(platform_fields),
		"a disclosure platform's terms replace our follow-up times"},
	[CLAUSE_SAFE_HARBOR] = {"safe-harbor", false,
		FIELDS(safe_harbor_fields),
		"promises to people who report in good faith"},
	[CLAUSE_EMBARGO] = {"embargo", false, FIELDS(embargo_fields),
		"how long third parties are not told"},
	[CLAUSE_RESCIND] = {"rescind", false, FIELDS(rescind_fields),
		"on what grounds safe harbour may be taken back, by two "
		"people"},
	[CLAUSE_THIRD_PARTIES] = {"third-parties", false, {NULL, 0},
		"what is shared with an affected third party is chosen and "
		"recorded"},
	[CLAUSE_OUT_OF_SCOPE] = {"out-of-scope", false,
		FIELDS(out_of_scope_fields),
		"what becomes of a report confirmed as out of scope"},
	[CLAUSE_NOTIFY_FIRST] = {"notify-first", false, {NULL, 0},
		"we are told before any third party; a condition of safe "
		"harbour"},
	[CLAUSE_COORDINATE_AFTER] = {"coordinate-after", false, {NULL, 0},
		"a request to agree on date and text; never a condition"},
	[CLAUSE_KNOWN] = {"known", false, FIELDS(known_fields),
		"a report that shows one of each list given, and nothing of "
		"'unless', is proposed as set aside with this text; doubt is "
		"none"},
};

void
field_names(struct fields f, const char **names)
{
	assert(f.n <= FIELDS_MAX);
	for (size_t i = 0; i < f.n; i++)
		names[i] = f.v[i].name;
}

size_t
field_only_words(struct fields fields, const struct field *f,
	const char *names[FIELD_WORDS_MAX])
{
	const struct field *other = fields.v;
	size_t n = 0;

	if (f->only == NULL)
		return 0;
	while (strcmp(other->name, f->only) != 0) {
		other++;
		assert(other < fields.v + fields.n);
	}
	assert(other->n_words <= FIELD_WORDS_MAX);
	for (size_t i = 0; i < other->n_words; i++)
		if (f->only_mask >> i & 1)
			names[n++] = other->words[i];
	return n;
}

const char *
clause_kind_name(enum clause_kind k)
{
	return clause_kinds[k].name;
}
