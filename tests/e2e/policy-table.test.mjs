// The table of what the desk must do, from `reuse` to `cwe.recommended`: each
// test is named by the clause's id and what shows it, and judges a real mail
// by the shipped policies with `judge --json`. What needs a desk that runs
// (letters, confirmations, splits done) is in the tests of that desk.
import test, { before } from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const program = process.env.PRATIQUE || join(root, 'build/pratique')
const both = ['dag-factory', 'cosmos'].map(p => join(root, 'policies', p + '.yml'))

function run(args, input) {
  const p = spawnSync(program, args, { encoding: 'utf8', input, maxBuffer: 1 << 26, timeout: 60_000, env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' } })
  return { status: p.status ?? p.signal, stdout: p.stdout ?? '', stderr: p.stderr ?? '' }
}

const mail = (subject, text, { from = 'Rita Reporter <rita@reporter.example>', type = 'text/plain; charset=utf-8', headers = '' } = {}) =>
  [`From: ${from}`, 'To: oss_security@astronomer.io', `Subject: ${subject}`, 'Message-ID: <a@reporter.example>', 'MIME-Version: 1.0',
    `Content-Type: ${type}`, 'Content-Transfer-Encoding: 8bit', ...(headers ? [headers] : []), '', ...text.trim().split('\n')].join('\r\n') + '\r\n'

const steps = `
Steps to reproduce:
1. Install dag-factory 0.22.0.
2. Write dags/evil.yml with "python_callable_file: ../../../tmp/evil.py".
3. Start the scheduler and see that the file outside of the folder is run.
`
const report = `
DAG Factory follows a path in a YAML file out of the DAG folder. Whoever may
write one YAML file can run arbitrary code of a file outside of that folder.
${steps}
Regards, Rita
`
const complete = mail('Path traversal in DAG Factory runs code outside of the folder', report)
const replaced = (from, to) => complete.replace(from, to)

// Every row: the test's name, the mail, what must come of it.
// `clauses`: {id: [result, first line or text of it]}; `not`: dispositions that would be wrong.
const rows = [
  // --- contact -------------------------------------------------------------
  { name: 'contact: a mail for one product goes to that product', mail: complete,
    want: { product: 'DAG Factory', disposition: 'open', clauses: { contact: 'met' } } },
  { name: 'contact: a mail for its sister, through the same mailbox, is judged by the sister\'s policy',
    mail: mail('SSRF in Astronomer Cosmos', report.replaceAll('DAG Factory', 'Astronomer Cosmos').replaceAll('dag-factory 0.22.0', 'astronomer-cosmos 1.9.0')),
    want: { product: 'Astronomer Cosmos', policy: 'Astronomer Cosmos security policy', disposition: 'open' } },
  { name: 'contact: a repository without a policy goes to the default product and is not set aside',
    mail: mail('Command injection in astro-sdk', `
The repository https://github.com/astronomer/astro-sdk runs a file name in a shell,
so that an attacker can execute arbitrary commands.

Steps to reproduce:
1. Clone https://github.com/astronomer/astro-sdk and install it.
2. Name a file "a;touch x.csv" and load it.
3. See that the command runs.
`), want: { product: 'DAG Factory', routed_by: 'organisation', disposition: 'open',
      clauses: { 'scope.other-codebases': ['unknown', 'has no policy here'] } } },
  { name: 'contact: a mail that names no product waits in the unrouted queue',
    mail: mail('Remote code execution', 'An attacker can run arbitrary code in your product.\n\n1. Send the payload.\n2. See the shell.'),
    want: { product: null, disposition: 'unrouted', decided_by: 'person', because: 'names no product' } },
  { name: 'contact: one that names both alike is routed by a person',
    mail: mail('Path traversal', 'Both DAG Factory and Astronomer Cosmos follow paths out of the folder.\n'),
    want: { product: null, disposition: 'unrouted', because: 'two products' } },
  { name: 'contact: the sub-address says which product is meant', rcpt: 'oss_security+cosmos@astronomer.io',
    mail: mail('Path traversal', 'The operator follows a path out of the project folder, so anyone can read arbitrary files.\n\n1. Set the path.\n2. Run it.\n3. See the file.'),
    want: { product: 'Astronomer Cosmos', routed_by: 'sub-address' } },
  { name: 'contact: an alias that is a common word means nothing by itself',
    mail: mail('Injection in Cosmos DB', 'The Cosmos DB emulator lets an attacker read all rows. The Cosmos network is public.\n'),
    want: { product: null, disposition: 'unrouted', because: 'common word' } },
  { name: 'contact: the same alias beside another sign of the product counts',
    mail: mail('Injection in Cosmos', 'With astronomer-cosmos 1.9.0 the manifest path is run in a shell by Cosmos.\n\n1. Set it.\n2. Run it.\n3. See it.'),
    want: { product: 'Astronomer Cosmos' } },

  // --- private-channel -----------------------------------------------------
  { name: 'private-channel: the URL of a public issue on this flaw is shown with its line, and only proposed',
    mail: mail('Path traversal in DAG Factory', report + '\nI opened a public issue for it: https://github.com/astronomer/dag-factory/issues/512\n'),
    want: { disposition: 'open', clauses: { 'private-channel': ['breached', 'issues/512'] } } },
  { name: 'private-channel: "see <issue> for details" shows it as well',
    mail: mail('Path traversal in DAG Factory', report + '\nSee https://github.com/astronomer/dag-factory/issues/512 for the details.\n'),
    want: { disposition: 'open', clauses: { 'private-channel': ['breached', 'issues/512'] } } },
  { name: 'private-channel: the URL of an unrelated issue shows nothing',
    mail: mail('Path traversal in DAG Factory', report + '\nThis is unrelated to https://github.com/astronomer/dag-factory/issues/99, which was a similar bug.\n'),
    want: { disposition: 'open', clauses: { 'private-channel': ['unknown', 'nothing in the mail'] } } },
  { name: 'private-channel: a link of which the mail says nothing is shown, and unknown',
    mail: mail('Path traversal in DAG Factory', report + '\nhttps://github.com/astronomer/dag-factory/issues/77\n'),
    want: { disposition: 'open', clauses: { 'private-channel': ['unknown', 'issues/77'] } } },

  // --- vulnerabilities-only ------------------------------------------------
  ...[
    ['a bug report', 'DAG Factory 0.22.0 crashes on empty files', 'When I give DAG Factory an empty YAML file it fails with a TypeError instead of\na message. I expected a clear error. It does not work since the update.\n', 'bug'],
    ['a question about a deployment', 'How do I secure my DAG Factory deployment?', 'Hello,\n\nhow do I secure my deployment of DAG Factory? Which settings are recommended so\nthat only our team can log in? Is there a hardening guide?\n\nThanks\n', 'question'],
    ['phishing', 'Phishing mails in the name of Astronomer', 'Hello,\n\nWe received a phishing mail that pretends to come from Astronomer. DAG Factory is\nnamed in it. Please take down the phishing site.\n', 'other'],
    ['a questionnaire', 'Vendor security questionnaire: DAG Factory', 'Dear team,\n\nas part of our vendor risk assessment, please fill in the attached security\nquestionnaire on DAG Factory and return your SOC 2 report and penetration test\nsummary.\n', 'other'],
    ['a customer', 'Support for DAG Factory', 'Hello,\n\nWe are a customer of yours and need help with the installation of DAG Factory.\nHow do I set the schedule of a task group? Please tell our account manager.\n', 'support'],
    ['marketing', 'Grow your traffic: an offer for DAG Factory', 'Dear webmaster,\n\nWe offer SEO services and can bring DAG Factory to the first page of Google. Our\nspecial offer ends on Friday: click here to book a demo. Unsubscribe any time.\n', 'spam'],
    ['a job application', 'Application as security engineer', 'Dear hiring manager,\n\nI would like to apply for the position of security engineer on the DAG Factory\nteam. My resume is attached. I have five years of experience.\n', 'other'],
  ].map(([what, subject, text, kind]) => ({ name: `vulnerabilities-only: ${what} is proposed as set aside, with the lines`,
    mail: mail(subject, text), looks_like: kind,
    want: { product: 'DAG Factory', disposition: 'set-aside', decided_by: 'person', clause: 'vulnerabilities-only',
      clauses: { 'vulnerabilities-only': ['breached'] } } })),
  { name: 'vulnerabilities-only: a real vulnerability phrased as a question is not set aside',
    mail: mail('Is it intended that DAG Factory runs any file?', `
Hello, is it intended that anyone who can write a YAML file can run arbitrary
code outside of the DAG folder with DAG Factory? How can I prevent that?
${steps}`), want: { not: ['set-aside', 'ignore'], clauses: { 'vulnerabilities-only': 'met' } } },

  // --- scope ---------------------------------------------------------------
  { name: 'scope.tagged-releases: without a mirror it is unknown, whatever is named', mail: complete,
    want: { disposition: 'open', clauses: { 'scope.tagged-releases': ['unknown', 'no mirror'] } } },
  ...[
    ['a tag is confirmed, and met', 'version 0.22.0', 'met', 'tag v0.22.0', 'v0.22.0'],
    ['a pre-release whose tag is spelt otherwise is confirmed', 'version 0.23.0a2', 'met', 'tag v0.23.0.a2', 'v0.23.0.a2'],
    ['a range up to a release is confirmed', 'all versions up to 0.22.0', 'met', 'v0.22.0', 'v0.22.0'],
    ['no such release is unknown, never a breach', 'version 0.22.9', 'unknown', 'could not find', null],
    ['a commit that no tag holds is unknown', 'commit 1234567890abcdef1234567890abcdef12345678', 'unknown', '1234567890', null],
    ['a branch is unknown', 'the main branch', 'unknown', 'branch', null],
  ].map(([what, version, result, shows, tag]) => ({ name: `scope.tagged-releases: ${what}`, mirror: 'tags', tag,
    mail: mail('Path traversal in DAG Factory', report.replace(/dag-factory 0.22.0/, 'dag-factory') + `\nI tested ${version} of it.\n`),
    want: { disposition: 'open', clauses: { 'scope.tagged-releases': [result, shows] } } })),
  { name: 'scope.tagged-releases: not stated is unknown, and not asked for', mirror: 'tags',
    mail: mail('Path traversal in DAG Factory', report.replace(/dag-factory 0.22.0/, 'dag-factory')),
    want: { disposition: 'open', clauses: { 'scope.tagged-releases': ['unknown', 'none is required'] } } },
  { name: 'scope.as-documented: a configuration from the documentation is shown as that',
    mail: mail('Path traversal in DAG Factory', report + '\nI set it up exactly as described in the documentation,\nhttps://astronomer.github.io/dag-factory/configuration\n'),
    want: { disposition: 'open', clauses: { 'scope.as-documented': ['unknown', 'rests on the documentation'] } } },
  { name: 'scope.as-documented: one that contradicts it is shown as that',
    mail: mail('Path traversal in DAG Factory', report + '\nI used it like this although the documentation warns against it.\n'),
    want: { disposition: 'open', clauses: { 'scope.as-documented': ['unknown', 'says otherwise'] } } },
  { name: 'scope.other-codebases: another product as the affected thing is proposed as out of scope',
    mail: mail('Token leak in Astro CLI', `
I use DAG Factory and found this beside it.

Product: Astro CLI 1.30

The Astro CLI writes tokens to a log that any user may read.

1. Log in with it.
2. Read the log in the folder of another user.
3. See the token.
`), want: { product: 'DAG Factory', disposition: 'ignore', decided_by: 'person', clause: 'scope.other-codebases', letter: 'received',
      clauses: { 'scope.other-codebases': ['breached', 'Astro CLI'], 'out-of-scope-ignored': ['unknown', 'every clock runs'] } } },
  { name: 'scope.other-codebases: a sister product with no policy here is proposed, with the link to its own',
    policies: [both[0]],
    mail: mail('SSRF in Astronomer Cosmos', report.replaceAll('DAG Factory', 'Astronomer Cosmos').replaceAll('dag-factory 0.22.0', 'astronomer-cosmos 1.9.0')),
    want: { product: 'DAG Factory', disposition: 'ignore', clause: 'scope.other-codebases',
      clauses: { 'scope.other-codebases': ['breached', 'SECURITY.rst'] } } },
  { name: 'scope.other-codebases: a product that is only mentioned decides nothing',
    mail: mail('Path traversal in DAG Factory', report + '\nUnlike Astronomer Cosmos, it does not check the path. The Astro CLI is not affected.\n'),
    want: { product: 'DAG Factory', disposition: 'open', clauses: { 'scope.other-codebases': ['unknown', 'no other product'] } } },
  { name: 'scope.website: a missing header on the website is proposed as out of scope',
    mail: mail('Missing security headers on www.astronomer.io', `
Hello,

the site https://www.astronomer.io/ is missing the X-Frame-Options header, so that
an attacker can frame it (clickjacking).

1. curl -I https://www.astronomer.io/
2. See that the header is not there.
`), want: { disposition: 'ignore', decided_by: 'person', clause: 'scope.website', clauses: { 'scope.website': ['breached', 'www.astronomer.io'] } } },
  { name: 'scope.website: a report that only links to the website is a report',
    mail: mail('Path traversal in DAG Factory', report + '\nI read https://www.astronomer.io/docs/learn/dag-factory before, and https://www.astronomer.io/security\n'),
    want: { disposition: 'open', clauses: { 'scope.website': ['unknown', 'nothing'] } } },
  { name: 'scope.website: the website beside the product is for a person',
    mail: mail('Path traversal in DAG Factory', report + '\nAffected: DAG Factory, and www.astronomer.io which runs it\n'),
    want: { disposition: 'open', clauses: { 'scope.website': ['unknown', 'and the product'] } } },
  { name: 'scope.dependencies: without a mirror it is unknown',
    mail: mail('CVE-2020-1747 in PyYAML used by DAG Factory', report.replace('DAG Factory follows', 'PyYAML 5.3 follows')),
    want: { disposition: 'open', clauses: { 'scope.dependencies': ['unknown', 'no mirror'] } } },
  { name: 'scope.dependencies: a flaw in a dependency that the tag declares is proposed as out of scope', mirror: 'deps',
    mail: mail('CVE-2020-1747 in PyYAML 5.3', `
Hello, dag-factory 0.22.0 depends on PyYAML 5.3, which is vulnerable to remote code
execution (CVE-2020-1747).

1. pip install dag-factory
2. pip show pyyaml
3. Compare the version with the advisory.
`), want: { product: 'DAG Factory', disposition: 'ignore', decided_by: 'person', clause: 'scope.dependencies', clauses: { 'scope.dependencies': ['breached', 'pyproject.toml'] } } },
  { name: 'scope.dependencies: the product\'s own misuse of one is not out of scope', mirror: 'deps',
    mail: mail('Unsafe deserialization in DAG Factory', `
DAG Factory calls PyYAML with its full loader, so that a crafted YAML file can run
arbitrary code in dagfactory/dagfactory.py.
${steps}`), want: { disposition: 'open', clauses: { 'scope.dependencies': 'unknown' } } },
  { name: 'scope.dependencies: a package that the tag does not declare is none', mirror: 'deps',
    mail: mail('CVE-2021-44228 in log4j 2.14', 'dag-factory 0.22.0 runs beside log4j 2.14, which is vulnerable to remote code execution.\n\n1. Start it.\n2. Send it.\n3. See it.\n'),
    want: { disposition: 'open', clauses: { 'scope.dependencies': ['unknown', 'no dependency'] } } },
  { name: 'scope.unintended-configuration: patched source is shown, and a person decides',
    mail: mail('Path traversal in DAG Factory', report + '\nFor this I patched the loader class so that the check is skipped.\n'),
    want: { disposition: 'open', clauses: { 'scope.unintended-configuration': ['unknown', 'patched the loader'] } } },
  { name: 'scope.unintended-configuration: so is a debug switch that was turned on',
    mail: mail('Path traversal in DAG Factory', report + '\n```\nDEBUG = True\nLOG_LEVEL = 1\n```\n'),
    want: { disposition: 'open', clauses: { 'scope.unintended-configuration': ['unknown', 'DEBUG = True'] } } },
  { name: 'scope.unintended-configuration: a plain report shows nothing of it', mail: complete,
    want: { clauses: { 'scope.unintended-configuration': ['unknown', 'nothing in the mail'] } } },
  { name: 'scope.other-systems: a bucket\'s permissions are shown, and a person decides',
    mail: mail('DAG Factory logs are public', 'The S3 bucket that holds the logs of DAG Factory is public: the bucket policy lets\nanyone read arbitrary files.\n\n1. aws s3 ls s3://dag-factory-logs\n2. See the files.\n'),
    want: { disposition: 'open', clauses: { 'scope.other-systems': ['unknown', 'bucket'] } } },
  { name: 'scope.other-systems: so is a cluster\'s dashboard',
    mail: mail('Open dashboard with DAG Factory', 'The Kubernetes dashboard of the cluster that runs DAG Factory is reachable without\nauthentication, so anyone can run arbitrary commands.\n\n1. Open the dashboard.\n2. Run a pod.\n'),
    want: { disposition: 'open', clauses: { 'scope.other-systems': ['unknown', 'dashboard'] } } },
  { name: 'scope.browser-cookies: a cookie copied to another browser is shown, and a person decides',
    mail: mail('Session hijacking in DAG Factory', 'I logged in to the page of DAG Factory in Chrome, copied the session cookie to another\nbrowser, and was logged in there: an attacker can take over the account.\n\n1. Log in.\n2. Copy the cookie to another browser.\n3. Reload the page.\n'),
    want: { disposition: 'open', clauses: { 'scope.browser-cookies': ['unknown', 'another'] } } },
  { name: 'scope.browser-cookies: a real session fixation is not this',
    mail: mail('Session fixation in DAG Factory', 'The session id of DAG Factory is not regenerated after login. An attacker sets the session\ncookie of a victim, who logs in, and takes over the account.\n\n1. Set a cookie in another browser.\n2. Log in as the victim.\n3. Reload with the same cookie.\n'),
    want: { disposition: 'open', clauses: { 'scope.browser-cookies': ['unknown', 'nothing in the mail'], 'vulnerabilities-only': 'met' } } },

  // --- what a report holds -------------------------------------------------
  { name: 'plain-text: plain text is read', mail: complete, want: { clauses: { 'plain-text': ['met', 'plain text'] } } },
  { name: 'plain-text: of HTML with plain text beside it the plain part is read',
    mail: mail('Path traversal in DAG Factory', `--b\nContent-Type: text/plain\n\n${report}\n--b\nContent-Type: text/html\n\n<p>Something else</p>\n--b--`, { type: 'multipart/alternative; boundary=b' }),
    want: { disposition: 'open', clauses: { 'plain-text': ['met', 'plain part'] } } },
  { name: 'plain-text: HTML alone opens a case and is asked for plain text',
    mail: mail('Path traversal in DAG Factory', `<html><body>${report.replaceAll('\n', '<br>')}</body></html>`, { type: 'text/html; charset=utf-8' }),
    want: { disposition: 'ask-plain', decided_by: 'desk', clause: 'plain-text', letter: 'received-plain', clauses: { 'plain-text': 'breached' } } },
  { name: 'plain-text: a mail without any text is another matter',
    mail: mail('Path traversal in DAG Factory', 'JVBERi0xLjQK', { type: 'application/pdf', headers: 'Content-Disposition: attachment; filename=report.pdf' }),
    want: { clauses: { 'plain-text': 'not-applicable', 'required.written': 'breached' } } },
  { name: 'one-per-mail: three numbered findings are proposed as a split, with the lines of each',
    mail: mail('Three vulnerabilities in DAG Factory', `
I found three vulnerabilities in DAG Factory 0.22.0.

## Finding 1: path traversal
An attacker can read arbitrary files.
1. Write ../ into the path.
2. Load the file.

## Finding 2: SQL injection
An attacker can read other users' rows.
1. Send a quote.
2. See the error.

## Finding 3: stored XSS
An attacker can run script in the browser of the admin.
1. Name a DAG <script>.
2. Open the page.
`), want: { disposition: 'open', split: 3, clauses: { 'one-per-mail': ['breached', 'several findings'] } } },
  { name: 'one-per-mail: one finding with three steps is one', mail: complete, want: { split: 0, clauses: { 'one-per-mail': 'met' } } },
  { name: 'required.title: it is found, or asked for', mail: mail('help', 'I use dag-factory 0.22.0 here.' + steps),
    want: { disposition: 'ask', clause: 'required.title', clauses: { 'required.title': ['breached', 'we could not find'] } } },
  { name: 'required.steps: they are found with their lines', mail: complete, want: { clauses: { 'required.steps': ['met', { line: 5 }] } } },
  { name: 'required.steps: they are asked for where we could not find them', mail: replaced(/Steps to reproduce[^]*?is run\.\r\n/, ''),
    want: { disposition: 'ask', clause: 'required.steps', letter: 'received-ask', clauses: { 'required.steps': ['breached', 'we could not find'], 'required.title': 'met', 'required.contact': 'met' } } },
  { name: 'required.steps: a heading with nothing under it is none', mail: replaced(/1\. Install[^]*?is run\.\r\n/, ''),
    want: { disposition: 'ask', clauses: { 'required.steps': ['breached', 'heading'] } } },
  { name: 'required.contact: an address that nobody reads is asked about', mail: replaced(/From: .*/, 'From: noreply@robots.example'),
    want: { disposition: 'ask', clause: 'required.contact', clauses: { 'required.contact': 'breached' } } },
  { name: 'required.title required.steps required.contact: all missing, one letter', mail: mail('help', 'Please call about dag-factory.\n', { from: 'noreply@robots.example' }),
    want: { clauses: { 'required.title': 'breached', 'required.steps': 'breached', 'required.contact': 'breached' } } },
  { name: 'required.written: only a PDF is asked for text',
    mail: mail('Path traversal in DAG Factory', '--b\nContent-Type: text/plain\n\nSee the attached file.\n--b\nContent-Type: application/pdf; name=r.pdf\nContent-Disposition: attachment; filename=r.pdf\n\nJVBERi0xLjQK\n--b--', { type: 'multipart/mixed; boundary=b' }),
    want: { disposition: 'ask', clauses: { 'required.written': 'breached' } } },
  { name: 'required.written: text and a video are complete',
    mail: mail('Path traversal in DAG Factory', `--b\nContent-Type: text/plain\n\n${report}\n--b\nContent-Type: video/mp4; name=poc.mp4\nContent-Disposition: attachment; filename=poc.mp4\n\nAAAA\n--b--`, { type: 'multipart/mixed; boundary=b' }),
    want: { disposition: 'open', clauses: { 'required.written': 'met' } } },
  { name: 'more-information: nothing to judge in a first mail', mail: complete, want: { clauses: { 'more-information': ['not-applicable', 'life of a case'] } } },
  ...[['a vector', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'], ['a word', 'Severity: Critical'], ['a number', 'I would rate it CVSS 9.8.']].map(([what, text]) => ({
    name: `severity.refused: ${what} is noticed with its line and counts for nothing`, mail: mail('Path traversal in DAG Factory', report + '\n' + text + '\n'),
    want: { disposition: 'open', clauses: { 'severity.refused': ['breached', 'folded'] } } })),
  { name: 'severity.refused: none is none', mail: complete, want: { clauses: { 'severity.refused': 'met' } } },
  { name: 'cwe.recommended: a valid id', mail: mail('Path traversal in DAG Factory', report + '\nCWE-22\n'),
    want: { disposition: 'open', clauses: { 'cwe.recommended': ['met', 'official list'] }, cwe_advice: [] } },
  { name: 'cwe.recommended: a deprecated id, and the one that replaced it', mail: mail('Path traversal in DAG Factory', report + '\nCWE-534\n'),
    want: { disposition: 'open', clauses: { 'cwe.recommended': ['breached', 'deprecated'] }, cwe_advice: [{ from: 'CWE-534', to: ['CWE-532'] }] } },
  { name: 'cwe.recommended: a discouraged id, and what the mapping notes suggest', mail: mail('Path traversal in DAG Factory', report + '\nCWE-287\n'),
    want: { disposition: 'open', clauses: { 'cwe.recommended': ['met', 'closer one'] }, cwe_advice: [{ from: 'CWE-287', to: ['CWE-1390', 'CWE-306'] }] } },
  { name: 'cwe.recommended: an invented id', mail: mail('Path traversal in DAG Factory', report + '\nCWE-99999\n'),
    want: { disposition: 'open', clauses: { 'cwe.recommended': ['breached', 'not in the official list'] }, cwe_advice: [] } },
  { name: 'cwe.recommended: none at all', mail: complete, want: { clauses: { 'cwe.recommended': 'not-applicable' } } },

  // --- the three rules -------------------------------------------------------
  { name: 'in a language that the rules do not know, every scope clause is unknown and nothing is proposed',
    mail: mail('DAG Factory', 'Прывітанне, я знайшоў уразлівасць у DAG Factory. https://www.astronomer.io/ не мае загалоўка\nі любы можа прачытаць файлы іншых карыстальнікаў на серверы.\n'),
    want: { disposition: 'open', clauses: { 'scope.website': ['unknown', 'language'], 'scope.dependencies': ['unknown', 'language'], 'vulnerabilities-only': ['unknown', 'language'], 'out-of-scope-ignored': ['unknown', 'language'] } } },
]

// A repository of our own: one release, which declares what it depends on.
function repository(at) {
  const git = (...args) => {
    const p = spawnSync('git', ['-C', at, '-c', 'user.name=t', '-c', 'user.email=t@t.example', ...args], { encoding: 'utf8', env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' } })
    assert.equal(p.status, 0, p.stderr)
  }
  mkdirSync(join(at, 'dagfactory'), { recursive: true })
  writeFileSync(join(at, 'pyproject.toml'), '[project]\nname = "dag-factory"\ndependencies = [\n  "apache-airflow>=2.4",\n  "pyyaml",\n]\n')
  writeFileSync(join(at, 'dagfactory/dagfactory.py'), 'def load():\n    pass\n')
  git('init', '-q')
  git('add', '.')
  git('commit', '-q', '-m', 'first')
  git('tag', 'v0.22.0')
  return at
}

let dir
const answers = new Map()
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'pratique-table-'))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  const mirrors = { tags: join(root, 'tests/fixtures/dag-factory/skeleton.bundle'), deps: repository(join(dir, 'repo')) }
  const groups = new Map()
  rows.forEach((row, i) => {
    row.file = join(dir, `${i}.eml`)
    writeFileSync(row.file, row.mail)
    const key = JSON.stringify([row.policies ?? both, row.rcpt ?? null, row.mirror ? mirrors[row.mirror] : null])
    groups.set(key, [...(groups.get(key) ?? []), row])
  })
  for (const [key, group] of groups) {
    const [policies, rcpt, mirror] = JSON.parse(key)
    const { stdout, stderr, status } = run(['judge', '--json', ...policies.flatMap(p => ['--policy', p]), ...(rcpt ? ['--rcpt', rcpt] : []), ...(mirror ? ['--mirror', mirror] : []), ...group.map(r => r.file)])
    assert.equal(status, 0, stderr)
    for (const line of stdout.trim().split('\n')) { const o = JSON.parse(line); answers.set(o.file, o) }
  }
})

function check_clause(v, m, id, want) {
  const [result, shows] = Array.isArray(want) ? want : [want]
  const c = v.clauses.find(c => c.id === id)
  assert.ok(c, `there is a result for ${id}`)
  const text = readFileSync(m.file, 'utf8').split('\r\n\r\n').slice(1).join('\n\n').split(/\r?\n/)
  const said = [c.because, c.shown ?? '', ...c.lines.map(l => text.slice(l.line - 1, l.end).join('\n'))].join('\n')
  assert.equal(c.result, result, `${id}: ${said}`)
  if (typeof shows === 'string') assert.ok(said.includes(shows), `${id} shows "${shows}": ${said}`)
  if (shows?.line) assert.ok(c.lines.some(l => l.line <= shows.line && shows.line <= l.end), `${id} has line ${shows.line}: ${JSON.stringify(c.lines)}`)
  if (result === 'breached') assert.ok(c.because.length > 5)
}

for (const row of rows)
  test(row.name, () => {
    const v = answers.get(row.file), { clauses = {}, not = [], split, because, cwe_advice, ...same } = row.want
    assert.ok(v, 'the mail was judged')
    for (const [key, value] of Object.entries(same)) assert.equal(v[key], value, `${key}: ${v.because}`)
    if (because) assert.match(v.because, new RegExp(because))
    if (split !== undefined) assert.equal(v.split.length, split)
    if (cwe_advice) assert.deepEqual(v.cwe_advice, cwe_advice)
    assert.ok(!not.includes(v.disposition), v.disposition)
    if (row.tag !== undefined) assert.ok(v.evidence.versions.some(x => (x.tag ?? null) === row.tag), JSON.stringify(v.evidence.versions))
    for (const [id, want] of Object.entries(clauses)) check_clause(v, row, id, want)
    if (['set-aside', 'ignore', 'unrouted'].includes(v.disposition)) assert.equal(v.decided_by, 'person', 'a proposal is a person\'s to decide')
  })

test('no reason of any result holds a word that only the mail has', () => {
  for (const row of rows) {
    const v = answers.get(row.file)
    for (const because of [v.because, ...v.clauses.map(c => c.because)])
      assert.doesNotMatch(because ?? '', /Rita|evil|512|Astro CLI|astronomer\.io|scheduler/)
  }
})

test('every clause up to cwe.recommended has a row here, or is published text alone', () => {
  const v = answers.get(rows[0].file)
  const ids = v.clauses.map(c => c.id)
  const until = ids.filter(id => !['acknowledge', 'validate', 'resolve', 'follow-up', 'platform', 'safe-harbor', 'notify-first', 'embargo-90', 'coordinate-after', 'rescind', 'third-parties', 'laws'].includes(id))
  const shown = new Set(rows.flatMap(r => Object.keys(r.want.clauses ?? {})))
  const left = until.filter(id => !shown.has(id))
  assert.deepEqual(left.sort(), ['as-is', 'learn-more', 'reuse', 'transparent'])
  for (const id of left) assert.equal(v.clauses.find(c => c.id === id).because, 'published; nothing to judge')
})

test('learn-more transparent as-is reuse: the text stands in the rendered document', () => {
  const { stdout, status } = run(['policy', 'render', '--policy', both[0], '--format', 'md'])
  assert.equal(status, 0)
  const text = stdout.replace(/\s+/g, ' ')
  for (const words of ['shared by several projects', 'https://www.astronomer.io/security/', 'takes security seriously', 'provided as is'])
    assert.ok(text.includes(words), words)
})

test('a reporter can judge a draft with a policy file alone, and a script can ask whether it is complete', () => {
  const draft = `Path traversal in DAG Factory runs code outside of the folder\n${report}`
  const judge = (text, ...more) => run(['judge', '--policy', both[0], ...more, '-'], text)
  assert.equal(judge(draft, '--check').status, 0)
  assert.equal(judge('dag-factory has a problem\n', '--check').status, 1)
  assert.equal(judge('dag-factory has a problem\n').status, 0)
  const shown = judge(draft, '--explain', '--all').stdout
  assert.match(shown, /^ +7   1\. Install dag-factory 0\.22\.0\.\n +\^ .*\n/m, 'a line of the text, and a clause under it')
  assert.match(shown, /\n {2}met {2}required\.steps\n {4}lines? \d+.*: we found steps[^]*the policy: The report has the steps/)
  for (const line of shown.split('\n')) assert.ok(line.length <= 80, `80 columns: ${line}`)
  assert.ok(!/[\x00-\x08\x0b-\x1f\x7f]/.test(judge(draft + '\x1b[2J\n', '--explain').stdout), 'no control of a stranger')
})
