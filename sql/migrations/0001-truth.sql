-- 0001-truth.sql - what cannot be made again: events, payloads, policies.
--
-- Ids are this database's own and are in no hash; docs/ledger.md says what
-- is. Everything is appended in the order of its id, so the tables grow at
-- their end only, whatever case an event belongs to.

CREATE TABLE chain (
	id {int64} PRIMARY KEY,
	name {text} NOT NULL UNIQUE, -- a case's id, or desk:NODE
	seq {int64} NOT NULL,        -- of its last event: a missing tail shows
	head {blob} NOT NULL,        -- hash of its last event
	sealed {int64} NOT NULL      -- seq at the last checkpoint
);

CREATE TABLE event (
	id {int64} PRIMARY KEY,
	chain {int64} NOT NULL REFERENCES chain (id),
	seq {int64} NOT NULL,
	at {int64} NOT NULL,         -- milliseconds since 1970, UTC
	kind {text} NOT NULL,
	actor {text} NOT NULL,
	meta {text} NOT NULL,        -- canonical JSON, hashed as it stands
	payloads {int64} NOT NULL,   -- how many
	hash {blob} NOT NULL
);
CREATE UNIQUE INDEX event_chain ON event (chain, seq);
-- The few events that checkpoints are found by.
CREATE INDEX event_seal ON event (id)
	WHERE kind = 'key.made' OR kind = 'checkpoint';

-- A payload's id is its event's id times 8 plus its place, from 0.
CREATE TABLE payload (
	id {int64} PRIMARY KEY,
	name {text} NOT NULL,
	bytes {int64} NOT NULL,      -- hashed with the commitment
	commitment {blob} NOT NULL,
	salt {blob},                 -- NULL, as the body, once erased
	body {blob}
);

CREATE TABLE policy (
	hash {text} PRIMARY KEY,
	name {text} NOT NULL,
	resolved {text} NOT NULL,
	at {int64} NOT NULL
);

-- Several nodes draw ids at once; drawn in runs, so gaps are ordinary.
@pgsql CREATE SEQUENCE event_id INCREMENT BY 64;
@pgsql CREATE SEQUENCE chain_id INCREMENT BY 16;
