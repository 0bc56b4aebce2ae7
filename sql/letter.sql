-- letter.sql - what we have written, and what became of it.

-- name: letter_add roles: core
INSERT INTO letter (owner, n, chain, template, state, held_because,
	recipient, sender, message_id, keeps_acknowledge, automatic, queued,
	next_try, done, attempts, reply, settles, event, leased_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
	$16, $17, $18, 0)

-- Saving a letter ends its lease.
-- name: letter_set roles: core
UPDATE letter SET chain = $3, template = $4, state = $5, held_because = $6,
	recipient = $7, sender = $8, message_id = $9, keeps_acknowledge = $10,
	automatic = $11, queued = $12, next_try = $13, done = $14,
	attempts = $15, reply = $16, settles = $17, leased_by = NULL, leased_until = 0
WHERE owner = $1 AND n = $2

-- name: letter_of roles: core read
SELECT l.owner, l.n, c.name, l.template, l.state, l.held_because,
	l.recipient, l.sender, l.message_id, l.keeps_acknowledge, l.automatic,
	l.queued, l.next_try, l.done, l.attempts, l.reply, o.name,
	l.settles
FROM letter l JOIN chain c ON c.id = l.chain
LEFT JOIN chain o ON o.id = l.owner
WHERE l.owner = $1 ORDER BY l.n

-- name: letter_by_id roles: core read
SELECT l.owner, l.n, c.name, l.template, l.state, l.held_because,
	l.recipient, l.sender, l.message_id, l.keeps_acknowledge, l.automatic,
	l.queued, l.next_try, l.done, l.attempts, l.reply, o.name,
	l.settles
FROM letter l JOIN chain c ON c.id = l.chain
LEFT JOIN chain o ON o.id = l.owner
WHERE l.owner = $1 AND l.n = $2

-- name: letter_by_message_id roles: core read
SELECT l.owner, l.n, c.name, l.template, l.state, l.held_because,
	l.recipient, l.sender, l.message_id, l.keeps_acknowledge, l.automatic,
	l.queued, l.next_try, l.done, l.attempts, l.reply, o.name,
	l.settles
FROM thread t JOIN letter l ON l.owner = t.owner AND l.n = t.n
JOIN chain c ON c.id = l.chain
LEFT JOIN chain o ON o.id = l.owner
WHERE t.key = $1

-- An order that is the same on any database with the same events.
-- name: letter_list roles: core read
SELECT l.owner, l.n, c.name, l.template, l.state, l.held_because,
	l.recipient, l.sender, l.message_id, l.keeps_acknowledge, l.automatic,
	l.queued, l.next_try, l.done, l.attempts, l.reply, o.name,
	l.settles
FROM letter l JOIN chain c ON c.id = l.chain
LEFT JOIN chain o ON o.id = l.owner
WHERE $1 = '' OR l.state = $1
ORDER BY l.queued, coalesce(o.name, ''),
	CASE WHEN l.owner < 0 THEN -l.owner END, l.n LIMIT $2

-- name: letter_list@pgsql roles: core read
SELECT l.owner, l.n, c.name, l.template, l.state, l.held_because,
	l.recipient, l.sender, l.message_id, l.keeps_acknowledge, l.automatic,
	l.queued, l.next_try, l.done, l.attempts, l.reply, o.name,
	l.settles
FROM letter l JOIN chain c ON c.id = l.chain
LEFT JOIN chain o ON o.id = l.owner
WHERE $1 = '' OR l.state = $1
ORDER BY l.queued, coalesce(o.name, '') COLLATE "C",
	CASE WHEN l.owner < 0 THEN -l.owner END, l.n LIMIT $2

-- name: letter_bytes roles: core read
SELECT p.body FROM letter l LEFT JOIN payload p
ON p.id >= l.event * 8 AND p.id < l.event * 8 + 8 AND p.name = 'letter'
WHERE l.owner = $1 AND l.n = $2

-- name: letter_event_find roles: core read
SELECT id FROM event WHERE chain = $1 AND kind = 'letter.queued'
AND instr(meta, $2) > 0 ORDER BY seq DESC LIMIT 1

-- name: letter_event_find@pgsql roles: core read
SELECT id FROM event WHERE chain = $1 AND kind = 'letter.queued'
AND position($2 IN meta) > 0 ORDER BY seq DESC LIMIT 1

-- name: letter_lease roles: core
UPDATE letter SET leased_by = $1, leased_until = $3
WHERE (owner, n) IN (
	SELECT owner, n FROM letter
	WHERE state = 'queued' AND next_try <= $2 AND leased_until <= $2
	ORDER BY next_try LIMIT $4)
RETURNING owner, n

-- name: letter_lease@pgsql roles: core
UPDATE letter SET leased_by = $1, leased_until = $3
WHERE (owner, n) IN (
	SELECT owner, n FROM letter
	WHERE state = 'queued' AND next_try <= $2 AND leased_until <= $2
	ORDER BY next_try LIMIT $4 FOR UPDATE SKIP LOCKED)
RETURNING owner, n

-- name: letter_claim roles: core
UPDATE letter SET leased_by = $3, leased_until = $4
WHERE owner = $1 AND n = $2

-- name: letter_release_all roles: core
UPDATE letter SET leased_by = NULL, leased_until = 0
WHERE state = 'queued' AND leased_by = $1

-- name: letter_rate_add roles: core
INSERT INTO letter_rate (key, minute, letters) VALUES ($1, $2, $3)
ON CONFLICT (key, minute) DO UPDATE
SET letters = letter_rate.letters + excluded.letters

-- name: letter_rate_sum roles: core read
SELECT coalesce(sum(letters), 0) FROM letter_rate
WHERE key = $1 AND minute >= $2

-- name: letter_rate_sum@pgsql roles: core read
SELECT coalesce(sum(letters), 0)::bigint FROM letter_rate
WHERE key = $1 AND minute >= $2
