/*
 * policy_examples.c - a clause of each kind, as people would write it: for
 * `policy explain`, and in docs/policy.md, where a test finds each.
 */
#include "policy/policy.h"

const char *const clause_examples[CLAUSE_KIND_COUNT] = {
	[CLAUSE_TEXT] =
		"- id: laws\n"
		"  kind: text\n"
		"  text: As always, you are expected to comply with the law.\n",
	[CLAUSE_CONTACT] =
		"- id: contact\n"
		"  kind: contact\n"
		"  text: For any concern about the security of {product}, write to {contact}.\n",
	[CLAUSE_PRIVATE_CHANNEL] =
		"- id: private-channel\n"
		"  kind: private-channel\n"
		"  strength: must\n"
		"  text: Do not open a public issue about a vulnerability.\n",
	[CLAUSE_VULNERABILITIES_ONLY] =
		"- id: vulnerabilities-only\n"
		"  kind: vulnerabilities-only\n"
		"  refuses: [bug, support, spam, other]\n"
		"  text: \"{contact} is for vulnerabilities. Questions are welcome too.\"\n",
	[CLAUSE_SCOPE] = "- id: scope.website\n"
			 "  kind: scope\n"
			 "  scope: out\n"
			 "  about: website\n"
			 "  hosts: [example.org, www.example.org]\n"
			 "  text: Out of scope is our website, example.org.\n",
	[CLAUSE_PLAIN_TEXT] =
		"- id: plain-text\n"
		"  kind: plain-text\n"
		"  text: Please write in plain text, not in HTML.\n",
	[CLAUSE_ONE_PER_MAIL] =
		"- id: one-per-mail\n"
		"  kind: one-per-mail\n"
		"  text: Please send one mail for each vulnerability.\n",
	[CLAUSE_REQUIRED] =
		"- id: required.contact\n"
		"  kind: required\n"
		"  part: contact\n"
		"  from-address: no\n"
		"  strength: must\n"
		"  text: The report says, in its text, how you can be reached.\n",
	[CLAUSE_MORE_INFORMATION] =
		"- id: more-information\n"
		"  kind: more-information\n"
		"  pauses: validate\n"
		"  text: When we have read the report we may ask for more.\n",
	[CLAUSE_SEVERITY] =
		"- id: severity.refused\n"
		"  kind: severity\n"
		"  scale: [low, medium, high, critical]\n"
		"  text: Please do not rate the severity; {organisation} has a scale of its own.\n",
	[CLAUSE_CWE] = "- id: cwe.recommended\n"
		       "  kind: cwe\n"
		       "  text: The id of the weakness (CWE) is welcome.\n",
	[CLAUSE_DUTY] =
		"- id: follow-up\n"
		"  kind: duty\n"
		"  duty: follow-up\n"
		"  strength: best-effort\n"
		"  business-days: 5\n"
		"  remind-days: 3\n"
		"  text: >\n"
		"    We answer further messages on a best-effort basis, often within\n"
		"    {remind-days} to {business-days} business days.\n",
	[CLAUSE_PLATFORM] =
		"- id: platform\n"
		"  kind: platform\n"
		"  platform: Bugcrowd\n"
		"  link: https://bugcrowd.com/example\n"
		"  covers: no\n"
		"  text: A report made on {platform} is followed up there.\n",
	[CLAUSE_SAFE_HARBOR] =
		"- id: safe-harbor\n"
		"  kind: safe-harbor\n"
		"  strength: must\n"
		"  text: This is for everyone who makes a good-faith effort to comply.\n"
		"  promises:\n"
		"    - \"{organisation} will not take legal action against you.\"\n"
		"    - We consider your research authorised.\n",
	[CLAUSE_EMBARGO] =
		"- id: embargo-90\n"
		"  kind: embargo\n"
		"  days: 90\n"
		"  shorter: propose\n"
		"  strength: must\n"
		"  text: You tell no third party for {days} days after you told us.\n",
	[CLAUSE_RESCIND] =
		"- id: rescind\n"
		"  kind: rescind\n"
		"  strength: must\n"
		"  text: Safe harbour may be taken back if you knowingly do one of these.\n"
		"  grounds:\n"
		"    - use the vulnerability for attacks;\n"
		"    - make it worse for others.\n",
	[CLAUSE_THIRD_PARTIES] =
		"- id: third-parties\n"
		"  kind: third-parties\n"
		"  text: If your report affects others, we limit what we share with them.\n",
	[CLAUSE_OUT_OF_SCOPE] =
		"- id: out-of-scope-ignored\n"
		"  kind: out-of-scope\n"
		"  courtesy-letter: yes\n"
		"  text: Reports that are out of scope will be ignored.\n",
	[CLAUSE_NOTIFY_FIRST] =
		"- id: notify-first\n"
		"  kind: notify-first\n"
		"  strength: must\n"
		"  text: You tell {organisation} before you tell any third party.\n",
	[CLAUSE_COORDINATE_AFTER] =
		"- id: coordinate-after\n"
		"  kind: coordinate-after\n"
		"  strength: best-effort\n"
		"  text: After that time we ask you to coordinate with us what is published.\n",
	[CLAUSE_KNOWN] =
		"- id: known.test-code\n"
		"  kind: known\n"
		"  paths: [tests/, examples/]\n"
		"  unless: [is shipped, in the wheel]\n"
		"  text: Code that is only there for tests and examples is not run by users.\n",
};
