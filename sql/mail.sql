-- mail.sql - one row for each mail taken, whatever became of it.

-- name: mail_next_id roles: core
SELECT coalesce(max(id), 0) + 1 FROM mail

-- name: mail_next_id@pgsql roles: core
SELECT nextval('mail_id')

-- name: mail_add roles: core
INSERT INTO mail (id, key, received, queue, chain, kind, bytes, sender,
	subject, message_id, because, event_chain, event_seq, copies)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)

-- name: mail_file roles: core
UPDATE mail SET queue = $2, chain = $3, because = $4 WHERE id = $1

-- name: mail_by_key roles: core read
SELECT id FROM mail WHERE key = $1

-- name: mail_copy roles: core
UPDATE mail SET copies = copies + 1 WHERE id = $1

-- name: mail_by_id roles: core read
SELECT m.id, m.key, m.received, m.queue, c.name, m.kind, m.bytes, m.sender,
	m.subject, m.message_id, m.because, m.event_seq, e.name, m.copies
FROM mail m JOIN chain e ON e.id = m.event_chain
LEFT JOIN chain c ON c.id = m.chain WHERE m.id = $1

-- name: mail_of_queue roles: core read
SELECT m.id, m.key, m.received, m.queue, c.name, m.kind, m.bytes, m.sender,
	m.subject, m.message_id, m.because, m.event_seq, e.name, m.copies
FROM mail m JOIN chain e ON e.id = m.event_chain
LEFT JOIN chain c ON c.id = m.chain WHERE m.queue = $1 ORDER BY m.id

-- name: mail_of_chain roles: core read
SELECT m.id, m.key, m.received, m.queue, c.name, m.kind, m.bytes, m.sender,
	m.subject, m.message_id, m.because, m.event_seq, e.name, m.copies
FROM mail m JOIN chain e ON e.id = m.event_chain
JOIN chain c ON c.id = m.chain WHERE m.chain = $1 ORDER BY m.id

-- name: mail_last roles: core read
SELECT coalesce(max(id), 0) FROM mail

-- name: mail_after roles: core read
SELECT m.id, m.key, m.received, m.queue, c.name, m.kind, m.bytes, m.sender,
	m.subject, m.message_id, m.because, m.event_seq, e.name, m.copies
FROM mail m JOIN chain e ON e.id = m.event_chain
LEFT JOIN chain c ON c.id = m.chain WHERE m.id > $1 ORDER BY m.id LIMIT $2
