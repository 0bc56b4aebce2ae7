-- ledger.sql - chains, events and their payloads: only ever appended to,
-- save for the erasing of a payload's salt and body.

-- name: chain_ids roles: core
SELECT coalesce(max(id), 0) + 1, 9223372036854775807 FROM chain

-- name: chain_ids@pgsql roles: core
SELECT v, v + 15 FROM nextval('chain_id') v

-- name: event_ids roles: core
SELECT coalesce(max(id), 0) + 1, 9223372036854775807 FROM event

-- name: event_ids@pgsql roles: core
SELECT v, v + 63 FROM nextval('event_id') v

-- name: chain_by_name roles: core read
SELECT id, seq, head FROM chain WHERE name = $1

-- Two nodes that add to one chain take turns.
-- name: chain_lock roles: core
SELECT id, seq, head FROM chain WHERE name = $1

-- name: chain_lock@pgsql roles: core
SELECT id, seq, head FROM chain WHERE name = $1 FOR UPDATE

-- name: chain_add roles: core
INSERT INTO chain (id, name, seq, head, sealed) VALUES ($1, $2, 0, $3, 0)

-- name: chain_head_set roles: core
UPDATE chain SET seq = $2, head = $3 WHERE id = $1

-- name: chain_name roles: core read
SELECT name FROM chain WHERE id = $1

-- name: chain_list roles: core read
SELECT name FROM chain WHERE name > $1 ORDER BY name LIMIT 1000

-- name: chain_list@pgsql roles: core read
SELECT name FROM chain WHERE name COLLATE "C" > $1 ORDER BY name COLLATE "C"
LIMIT 1000

-- name: event_add roles: core
INSERT INTO event (id, chain, seq, at, kind, actor, meta, payloads, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: payload_add roles: core
INSERT INTO payload (id, name, bytes, commitment, salt, body)
VALUES ($1, $2, $3, $4, $5, $6)

-- name: event_list roles: core read
SELECT id, seq, at, kind, actor, meta, payloads, hash FROM event
WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT 200

-- name: payload_list roles: core read
SELECT name, bytes, commitment, salt, body FROM payload
WHERE id >= $1 * 8 AND id < $1 * 8 + 8 ORDER BY id

-- name: payload_of_event roles: core read
SELECT p.body FROM payload p JOIN event e
ON p.id >= e.id * 8 AND p.id < e.id * 8 + 8
WHERE e.chain = $1 AND e.seq = $2 AND p.name = $3

-- name: payload_erase roles: core
UPDATE payload SET salt = NULL, body = NULL WHERE name = $3
AND id >= (SELECT id * 8 FROM event WHERE chain = $1 AND seq = $2)
AND id < (SELECT id * 8 + 8 FROM event WHERE chain = $1 AND seq = $2)

-- name: chain_rows roles: core read
SELECT id, name, seq, head, sealed FROM chain WHERE id > $1
ORDER BY id LIMIT 1000

-- name: chain_seal roles: core
UPDATE chain SET sealed = $2 WHERE id = $1

-- name: event_count roles: core read
SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM payload),
	(SELECT count(*) FROM chain)

-- name: event_hash roles: core read
SELECT e.hash FROM event e JOIN chain c ON c.id = e.chain
WHERE c.name = $1 AND e.seq = $2

-- name: seal_list roles: core read
SELECT e.id, c.name, e.seq, e.kind, e.meta
FROM event e JOIN chain c ON c.id = e.chain
WHERE e.kind = 'key.made' OR e.kind = 'checkpoint' ORDER BY e.id

-- One node at a time draws a checkpoint.
-- name: seal_lock roles: core
SELECT 1

-- name: seal_lock@pgsql roles: core
SELECT 1 FROM pg_advisory_xact_lock(x'7072617469717566'::bigint)

-- name: payload_of_id roles: core read
SELECT body FROM payload WHERE id >= $1 * 8 AND id < $1 * 8 + 8 AND name = $2
