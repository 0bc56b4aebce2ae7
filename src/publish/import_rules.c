/*
 * import_rules.c - by what words a sentence of a security policy is known.
 *
 * The rules come in the order of the policy's clauses; a sentence may be
 * several (to acknowledge and to validate within five days). They are read
 * from how such policies are written at large, not from one of them; a
 * sentence that no rule knows is published as it is.
 */
#include "publish/import_impl.h"

#define SCOPED (1u << IN_SCOPE | 1u << OUT_OF_SCOPE)
#define LISTED (1u << IN_REQUIRED)

const struct rule import_rules[] = {
	{"reuse", "text", NULL, 0, false,
		{"reused|shared across|by|between .. project*|repositor*",
			"same .. document*|policy .. project*|repositor*",
			"changes should .. applied .. other repositor*"},
		{NULL}},
	{"learn-more", "text", NULL, 0, false,
		{"learn more",
			"more information about|on .. security .. see|"
			"visit|refer|at",
			"further information|details .. found|see|at",
			"mehr informationen|mehr .. unter"},
		{"additional", "may request"}},
	{"transparent", "text", NULL, 0, false,
		{"transparent .. collaborat*", "collaborat* effort",
			"take|takes|taking .. security .. seriously",
			"committed to .. security|secure",
			"security .. top|high|highest priority",
			"sicherheit .. ernst"},
		{NULL}},
	{"private-channel", "private-channel", NULL, 0, false,
		{"not|never|avoid|instead|refrain .. open|create|creating|file|"
		 "filing|report|reporting|submit|submitting|raise|post|posting|"
		 "opening|discuss|disclose .. public|publicly|issue|issues|"
		 "issuetracker|tracker|forum|forums|list|pull",
			"not .. use .. public|issue .. issue*|tracker|list*",
			"not .. github|gitlab issue*",
			"do not .. publicly .. disclose*",
			"report .. privately", "keep .. private|confidential",
			"keine .. \xc3\xb6"
			"ffentlich* .. issue*|ticket*",
			"nicht .. \xc3\xb6"
			"ffentlich*|issue*|github"},
		{"90|days .. after", "third|third-party", "you .. did not",
			"reserve*"}},
	{"vulnerabilities-only", "vulnerabilities-only", NULL, 0, true,
		{"only .. use .. email|address|mail* .. vulnerabilit*|security",
			"only for|to .. report* .. vulnerabilit*|security",
			"only be used|use .. for",
			"not .. accept .. bug|bugs|question*|support",
			"not for .. bug*|support|question*|general",
			"not .. use .. bug|support|question*",
			"non-security|normal|ordinary|regular|other .. bugs|"
			"issues .. public|issue|tracker|github|use|report*|go",
			"for .. bugs|support|questions .. use .. issue*|forum*|"
			"tracker|github",
			"nur f\xc3\xbcr .. sicherheit*|schwachstelle*"},
		{"scope", "90"}},
	{"contact", "contact", NULL, 0, false,
		{"email|mail|write|send|contact|report|reach|notify|e .. @",
			"report* .. to|via|at|through|by|using .. @",
			"found|discover*|believe|uncovered .. vulnerabilit*|"
			"security .. email|mail|report|contact|send|write",
			"report* .. vulnerabilit*|security|issues .. to|via|at|"
			"through|by|using .. @|advisor*|form|github|report",
			"private vulnerability reporting",
			"report a vulnerability", "use .. advisor*",
			"please report .. to",
			"melden|schreiben|mailen|senden .. @", "address .. @",
			"schwachstelle* .. @", "@ .. melden"},
		{"within", "only use", "follow .. up communication*",
			"please send a single", "must include", "encrypt*"}},
	{"as-is", "text", NULL, 0, false,
		{"provided .. as is", "as is .. basis|licens*",
			"no warrant*|without warrant*"},
		{NULL}},
	{"out-of-scope-ignored", "out-of-scope", NULL, 0, false,
		{"out of scope .. ignored|closed|rejected|declined|discarded",
			"outside .. scope .. ignored|closed|rejected|declined",
			"not .. in scope .. ignored|closed|rejected"},
		{NULL}},
	{"scope.other-codebases.see", "text", NULL, 0, false,
		{"for other products|projects|repositories .. refer|see|policy",
			"other products .. own .. policy|policies"},
		{NULL}},
	{"plain-text", "plain-text", NULL, 0, false,
		{"plain text", "plaintext", "not .. html", "no html"},
		{"credential*", "password*", "not eligible", "store*"}},
	{"one-per-mail", "one-per-mail", NULL, 0, false,
		{"single|one|separate|individual .. email|mail|report|message|"
		 "submission|advisory|issue for each|per",
			"each .. vulnerabilit*|issue .. separate|own|single|one",
			"one .. vulnerability|issue|finding per",
			"separate|separately .. each"},
		{NULL}},
	{"required.written", "required", "part: written", 0, true,
		{"written description", "description .. in writing|words",
			"not .. video|videos only|alone",
			"video* alone|only .. not"},
		{NULL}},
	{"required.title", "required", "part: title", LISTED, false,
		{"title", "brief description", "short description",
			"description of", "type of", "nature of", "summary",
			"clear description", "beschreibung"},
		{"step*", "reproduc*", "recreate", "proof"}},
	{"required.title", "required", "part: title", 0, false,
		{"include|provide|add|needs|give|state .. title",
			"include|provide|add|needs|give|state .. "
			"short|brief description"},
		{"may request", "upon review", "optional*"}},
	{"required.steps", "required", "part: steps", 0, false,
		{"include|provide|contain|includes|attach|with|need|detail|add .. "
		 "steps|reproduc*|instructions|poc|proof",
			"steps .. reproduce|recreate|replicate",
			"how to reproduce",
			"schritte* .. reproduzier*|nachstell*"},
		{"may request", "upon review", "additional information",
			"video"}},
	{"required.steps", "required", "part: steps", LISTED, false,
		{"steps", "reproduc*", "recreate", "proof of concept", "poc",
			"instructions", "how to"},
		{NULL}},
	{"required.contact", "required", "part: contact", 0, false,
		{"include|provide|add|needs|give|state .. contact "
		 "information|details|info",
			"include|provide|add|give|tell .. how .. "
			"reach|contact you"},
		{"may request", "upon review", "optional*", "our contact"}},
	{"required.contact", "required", "part: contact", LISTED, false,
		{"contact information|details|info", "your name", "your email",
			"how .. reach|contact you", "your contact", "contact",
			"kontakt*"},
		{NULL}},
	{"more-information", "more-information", NULL, 0, false,
		{"may|might|will|can .. request|ask .. additional|more|further",
			"ask|request .. you .. for .. additional|more|further",
			"may .. follow up .. questions|details|information"},
		{NULL}},
	{"severity.refused", "severity", NULL, 0, false,
		{"not .. provide|include|assign|send|state|give|attach|rate .. severity|"
		 "cvss|score|rating",
			"no severity|cvss|score",
			"severity .. not .. needed|required|wanted|provide*|"
			"include*"},
		{NULL}},
	{"cwe.recommended", "cwe", NULL, 0, false,
		{"cwe", "common weakness enumeration"}, {NULL}},
	{"acknowledge", "duty", "duty: acknowledge", 0, false,
		{"acknowledge*",
			"acknowledgement|acknowledgment|confirmation "
			".. within|receipt",
			"confirm .. receipt|receiving|received",
			"respond|reply|response|answer|hear|initial .. within",
			"within .. respond|reply|response|answer|hear|"
			"acknowledg*|contact .. you|report|initial",
			"expect .. response|reply|answer|acknowledg*",
			"hear .. back|from .. in|within",
			"eingang .. best\xc3\xa4tig*",
			"best\xc3\xa4tig* .. eingang", "antworten .. innerhalb",
			"innerhalb .. antwort*"},
		{"acknowledge .. hall|credit|advisory|reporter*|publicly|"
		 "contribution*|finder*|role",
			"follow .. up communication*", "acknowledge .. that",
			"not .. hear|heard|receive*", "credit"}},
	{"validate", "duty", "duty: validate", 0, false,
		{"validate|triage|verify|assess|evaluate|investigate|analyse*|"
		 "analyze* .. within",
			"within .. validate|triage|verify|assess|evaluate|"
			"investigate|assessment|evaluation",
			"and validate|triage|verify .. disclosures|reports|report",
			"assessment|evaluation|triage .. within",
			"confirm|determine .. vulnerability|problem|issue .. "
			"within",
			"pr\xc3\xbc"
			"fen|bewerten .. innerhalb"},
		{NULL}},
	{"resolve", "duty", "duty: resolve", 0, false,
		{"resolutions",
			"resolve|fix|patch|address|remediate|release .. "
			"within|timely|quickly|soon|as soon",
			"fix|patch|resolution|remediation .. within|timely|target",
			"within .. fix|patch|resolve|remediate|release*",
			"aim|try|strive to fix|resolve|patch|release",
			"beheben|behoben .. innerhalb|m\xc3\xb6glich*|schnell*",
			"innerhalb .. behe*|behoben"},
		{"embargo", "you .. disclose", "not .. disclose", "third",
			"coordinat*"}},
	{"follow-up", "duty", "duty: follow-up", 0, false,
		{"follow up communication*", "follow up .. effort|within",
			"follow up* .. within",
			"update|updates|informed|status "
			".. every|within|weekly|days|week",
			"keep .. you|reporter*|submitter .. informed|updated",
			"every .. days|week|weeks .. update*",
			"progress .. updates|informed|every|within",
			"auf dem laufenden"},
		{"platform", "terms of service"}},
	{"platform", "platform", NULL, 0, true,
		{"bugcrowd", "hackerone", "intigriti", "yeswehack", "huntr",
			"immunefi", "synack", "openbugbounty"},
		{"scope"}},
	{"safe-harbor", "safe-harbor", NULL, 0, false,
		{"not|never .. threaten|pursue|bring|initiate|take|recommend|"
		 "support .. legal|law|lawsuit*",
			"claim .. dmca", "dmca", "authorized .. computer fraud",
			"computer fraud .. act",
			"consider .. research .. authorized|authorised|lawful",
			"waive .. restrictions|terms", "as long as you comply",
			"good faith .. not .. legal",
			"keine .. rechtlich*|juristisch*"},
		{"guarantee", "third parties|party .. action|legal", "rescind",
			"initiated by"}},
	{"notify-first", "notify-first", NULL, 0, false,
		{"notif* .. before .. third|other|anyone|others",
			"prior to notifying|telling|informing",
			"tell|inform|report .. us .. first|before .. third|"
			"other|others|anyone|public*",
			"give us .. time|chance|opportunity .. before",
			"before .. disclos* .. public*|others|third|anyone"},
		{"after notification", "at any point", "issue tracker",
			"reserves", "create|open|file .. issue"}},
	{"embargo", "embargo", NULL, 0, false,
		{"not .. notif*|disclose|publish|share|tell|discuss .. for .. "
		 "days|weeks|months",
			"not .. disclose|publish|share|tell|public* .. until|"
			"before|within|earlier .. days|weeks|months",
			"days|weeks|months .. embargo",
			"embargo .. days|weeks|months",
			"days|day|weeks .. before .. disclos*|publish*|public*|"
			"publication",
			"disclos*|publish* .. after .. days|weeks|months",
			"wait .. days|weeks .. before|publish*|disclos*",
			"day|days|weeks disclosure|embargo",
			"not .. until .. days",
			"tage .. ver\xc3\xb6"
			"ffentlich*",
			"ver\xc3\xb6"
			"ffentlich* .. tage|tagen"},
		{"lapse", "acknowledge*", "requested that",
			"aim|try|strive .. to fix|patch|resolve"}},
	{"coordinate-after", "coordinate-after", NULL, 0, false,
		{"publication*|disclos*|release* .. coordinat*",
			"requested that .. publication*|release*|disclos*",
			"lapse of .. period|days",
			"coordinat* .. publication*|disclos*|release*|advisory|"
			"announcement|date|you|us"},
		{"prior to notifying", "this policy describes", "policy is"}},
	{"rescind", "rescind", NULL, 0, false,
		{"rescind",
			"revoke .. safe|harbor|harbour|protection*|"
			"authori*",
			"withdraw .. safe|harbor|protection*", "forfeit",
			"lose .. safe|harbor|protection*"},
		{NULL}},
	{"third-parties", "third-parties", NULL, 0, true,
		{"third party|parties .. systems|services|service|products",
			"authorize .. third", "interconnect",
			"legal action .. third party|parties",
			"third party|parties .. legal|action"},
		{"notif*", "disclos*", "librar*", "dependenc*", "safe .. only",
			"not|never .. tell|share"}},
	{"laws", "text", NULL, 0, false,
		{"comply with .. law|laws", "applicable law|laws",
			"violate .. law|laws", "geltende* .. recht|gesetz*"},
		{NULL}},
};
const size_t import_n_rules = ARRAY_LEN(import_rules);

/* --- patterns -------------------------------------------------------------- */

static bool
word_is(const char *word, struct span choice)
{
	struct span w = span_of(word);

	if (choice.n == 1 && choice.p[0] == '@') /* a mail address */
		return memchr(word, '@', w.n) != NULL;
	if (choice.n > 1 && choice.p[choice.n - 1] == '*')
		return w.n >= choice.n - 1 &&
			memcmp(w.p, choice.p, choice.n - 1) == 0;
	return span_eq(w, choice);
}

static bool
any_is(const char *word, struct span choices)
{
	struct span one;

	while (span_split(&choices, '|', &one))
		if (word_is(word, one))
			return true;
	return false;
}

enum { GAP = 8 };

static bool
match_at(const struct heard *h, size_t at, struct span pattern, size_t *end)
{
	struct span item;

	if (!span_split(&pattern, ' ', &item)) {
		*end = at;
		return true;
	}
	if (!span_is(item, ".."))
		return at < h->n && any_is(h->v[at], item) &&
			match_at(h, at + 1, pattern, end);
	for (size_t gap = 0; gap <= GAP && at + gap <= h->n; gap++)
		if (match_at(h, at + gap, pattern, end))
			return true;
	return false;
}

bool
import_says(const struct heard *h, const char *pattern, size_t *end)
{
	for (size_t i = 0; i < h->n; i++)
		if (match_at(h, i, span_of(pattern), end))
			return true;
	return false;
}

bool
import_rule_matches(const struct rule *r, const struct heard *h, size_t *end)
{
	size_t ignored;
	bool any = false;

	if (r->where && !(r->where >> h->context & 1))
		return false;
	for (size_t i = 0; !any && i < ARRAY_LEN(r->says) && r->says[i]; i++)
		any = import_says(h, r->says[i], end);
	for (size_t i = 0; any && i < ARRAY_LEN(r->but) && r->but[i]; i++)
		any = !import_says(h, r->but[i], &ignored);
	return any;
}

/* --- figures ---------------------------------------------------------------- */

static bool
unit_of(const char *word, struct figure *f)
{
	static const struct {
		const char *words;
		enum figure_unit unit;
	} units[] = {{"hour*|h|hr|hrs|stunde*", BY_HOUR},
		{"business|working|work|werktag*|arbeitstag*|bankarbeitstag*",
			BY_BUSINESS_DAY},
		{"day*|tag|tage|tagen|calendar", BY_DAY},
		{"week*|woche*", BY_WEEK}, {"month*|monat*", BY_MONTH}};

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (any_is(word, span_of(units[i].words))) {
			f->unit = units[i].unit;
			return true;
		}
	return false;
}

/* "5", "five", "48h"; *rest is what stands behind the digits. */
static bool
number_of(const char *word, unsigned *n, const char **rest)
{
	static const struct {
		const char *word;
		unsigned n;
	} words[] = {{"one", 1}, {"a", 1}, {"an", 1}, {"two", 2}, {"three", 3},
		{"four", 4}, {"five", 5}, {"six", 6}, {"seven", 7},
		{"eight", 8}, {"nine", 9}, {"ten", 10}, {"twelve", 12},
		{"fourteen", 14}, {"fifteen", 15}, {"twenty", 20},
		{"thirty", 30}, {"sixty", 60}, {"ninety", 90}, {"zwei", 2},
		{"drei", 3}, {"vier", 4}, {"f\xc3\xbcnf", 5}, {"sieben", 7},
		{"zehn", 10}, {"vierzehn", 14}, {"drei\xc3\x9fig", 30},
		{"neunzig", 90}, {"einem", 1}, {"einer", 1}};
	size_t digits = strspn(word, "0123456789");
	unsigned long long v;

	if (digits > 0 && digits < 5) {
		(void)span_number(span_make(word, digits), 9999, &v);
		*n = (unsigned)v;
		*rest = word + digits;
		return *n > 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(word, words[i].word) == 0) {
			*n = words[i].n;
			*rest = "";
			return true;
		}
	return false;
}

static bool
figure_at(const struct heard *h, size_t i, struct figure *f)
{
	const char *rest;
	unsigned n;

	if (!number_of(h->v[i], &n, &rest))
		return false;
	*f = (struct figure){.high = n};
	if (*rest)
		return f->any = unit_of(rest, f);
	size_t at = i + 1;
	if (at < h->n && any_is(h->v[at], span_of("to|and|or|bis")))
		at++;
	if (at < h->n && number_of(h->v[at], &n, &rest) && n > f->high &&
		*rest == 0 && h->v[at][0] != 'a') {
		f->low = f->high;
		f->high = n;
		at++;
	} else
		at = i + 1;
	for (size_t k = at; k < h->n && k < at + 2; k++)
		if (unit_of(h->v[k], f)) {
			/* "a" day is a figure only where time is counted */
			return f->any = h->v[i][0] != 'a' ||
				(i > 0 &&
					any_is(h->v[i - 1],
						span_of("within|every|in")));
		}
	return false;
}

struct figure
import_figure(const struct heard *h, size_t from)
{
	struct figure f = {.any = false};

	for (size_t i = from; i < h->n; i++)
		if (figure_at(h, i, &f))
			return f;
	for (size_t i = 0; i < from && i < h->n; i++)
		if (figure_at(h, i, &f))
			return f;
	return (struct figure){.any = false};
}

/* --- scope ------------------------------------------------------------------- */

const char *
import_about(const struct heard *h)
{
	static const struct {
		const char *about;
		const char *says[8];
	} rows[] = {
		{"browser-cookies",
			{"cookie* .. browser*|transfer*",
				"transfer* .. cookie*"}},
		{"tagged-releases",
			{"tagged",
				"latest|supported|stable|current .. "
				"release*|version*",
				"release*"}},
		{"as-documented",
			{"documentation", "as documented", "as specified"}},
		{"dependencies",
			{"dependenc*",
				"third party librar*|package*|"
				"component*|software",
				"upstream", "transitive"}},
		{"unintended-configuration",
			{"unintended", "modified", "misconfigur*",
				"insecure|unsupported|non .. configuration*",
				"debug", "fork|forks"}},
		{"website",
			{"website*", "web site*", "homepage", "web page*",
				"landing page*", "domain*"}},
		{"other-codebases",
			{"other .. codebase*|product*|project*|repositor*",
				"codebase*"}},
		{"other-systems",
			{"other systems", "systems .. integrated|hosting",
				"hosting", "infrastructure", "cloud",
				"third party .. service*|system*"}},
	};
	size_t end;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t k = 0;
			k < ARRAY_LEN(rows[i].says) && rows[i].says[k]; k++)
			/* "headers that the website lacks" is not it */
			if (import_says(h, rows[i].says[k], &end) &&
				(end <= 4 ||
					strcmp(rows[i].about, "website") != 0))
				return rows[i].about;
	return "other";
}
