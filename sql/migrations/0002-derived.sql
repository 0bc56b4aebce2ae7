-- 0002-derived.sql - what `pratique rebuild` makes again from the events.
--
-- `owner` is a chain's id for a case and minus the mail's id for an item of
-- a queue. Random keys (a hash, a token) cost a page each when a database
-- is large, so they stand in small tables with 16 bytes a key.
--
-- Two tables are no function of the events and are not rebuilt: counter,
-- which is made again from the ids that are there, and position, which also
-- moves past what left no event.

CREATE TABLE counter (
	name {text} PRIMARY KEY,     -- a case prefix
	last {int64} NOT NULL
);
@pgsql CREATE SEQUENCE case_number;
@pgsql CREATE SEQUENCE mail_id;

CREATE TABLE position (
	node {text} NOT NULL,
	spool {text} NOT NULL,
	segment {int64} NOT NULL,
	byte {int64} NOT NULL,
	PRIMARY KEY (node, spool)
) {clustered};

CREATE TABLE mail (
	id {int64} PRIMARY KEY,
	key {blob} NOT NULL,
	received {int64} NOT NULL,
	queue {text},                -- NULL: it is in a case
	chain {int64} REFERENCES chain (id),
	kind {text} NOT NULL,
	bytes {int64} NOT NULL,
	sender {text},
	subject {text},
	message_id {text},
	because {text},
	event_chain {int64} NOT NULL,
	event_seq {int64} NOT NULL,
	copies {int64} NOT NULL
);
CREATE UNIQUE INDEX mail_key ON mail (key);
CREATE INDEX mail_queue ON mail (queue, id) WHERE queue IS NOT NULL;
CREATE INDEX mail_chain ON mail (chain, id) WHERE chain IS NOT NULL;

-- All that leads a mail to a case or a letter: Message-IDs and tokens, by
-- their first three letters and 13 bytes of BLAKE2b-256("id:..." or
-- "token:...").
CREATE TABLE thread (
	key {blob} PRIMARY KEY,
	chain {int64},
	ours {int64} NOT NULL,
	owner {int64},               -- of the letter that has this Message-ID
	n {int64}
) {clustered};

CREATE TABLE casefile (
	chain {int64} PRIMARY KEY REFERENCES chain (id),
	product {text} NOT NULL,
	policy {text} NOT NULL,
	rm {text} NOT NULL,
	disposition {text} NOT NULL,
	decided {int64} NOT NULL,
	opened {int64} NOT NULL,
	changed {int64} NOT NULL,
	title {text},
	reporter {text},
	token {text},
	contacts {text} NOT NULL,    -- JSON list
	missing {text} NOT NULL,     -- JSON list
	mails {int64} NOT NULL,
	letters {int64} NOT NULL
);

CREATE TABLE duty (
	owner {int64} NOT NULL,
	name {text} NOT NULL,
	round {int64} NOT NULL,
	state {text} NOT NULL,
	strength {text} NOT NULL,
	clause {text},
	trigger {text},
	business_days {int64} NOT NULL,
	zone {text},
	calendar {text},
	started {int64} NOT NULL,
	due {int64} NOT NULL,
	due_day {int64} NOT NULL,
	kept_at {int64} NOT NULL,
	place {int64} NOT NULL,      -- in its case's list
	PRIMARY KEY (owner, name, round)
) {clustered};
CREATE INDEX duty_due ON duty (due) WHERE state = 'running';

CREATE TABLE letter (
	owner {int64} NOT NULL,
	n {int64} NOT NULL,          -- the letter is OWNER.n
	chain {int64} NOT NULL,
	template {text} NOT NULL,
	state {text} NOT NULL,
	held_because {text},
	recipient {text},
	sender {text},
	message_id {text},
	keeps_acknowledge {int64} NOT NULL,
	automatic {int64} NOT NULL,
	queued {int64} NOT NULL,
	next_try {int64} NOT NULL,
	done {int64} NOT NULL,
	attempts {int64} NOT NULL,
	reply {text},
	event {int64} NOT NULL,      -- the EV_LETTER_QUEUED with its bytes
	leased_by {text},
	leased_until {int64} NOT NULL,
	PRIMARY KEY (owner, n)
) {clustered};
CREATE INDEX letter_waiting ON letter (state, next_try)
	WHERE state = 'queued' OR state = 'held';

-- Automatic letters by minute, for the caps; key is the first 8 bytes of
-- BLAKE2b-256("to:..." or "domain:...").
CREATE TABLE letter_rate (
	key {int64} NOT NULL,
	minute {int64} NOT NULL,
	letters {int64} NOT NULL,
	PRIMARY KEY (key, minute)
) {clustered};
