-- derived.sql - all that follows from the events: taken away, and compared.
-- The order is by names and never by this database's own numbers, so that
-- two databases with the same events give the same text.

-- Nobody else writes until the end of the transaction: the key is that of
-- every transaction's begin (src/db/db_pgsql.c), "pratique".
-- name: derived_lock roles: core
SELECT 1

-- name: derived_lock@pgsql roles: core
SELECT 1 FROM pg_advisory_xact_lock(x'7072617469717565'::bigint)

-- name: clear_mail roles: core
DELETE FROM mail

-- name: clear_thread roles: core
DELETE FROM thread

-- name: clear_casefile roles: core
DELETE FROM casefile

-- name: clear_duty roles: core
DELETE FROM duty

-- name: clear_letter roles: core
DELETE FROM letter

-- name: clear_letter_rate roles: core
DELETE FROM letter_rate

-- name: counter_set roles: core
INSERT INTO counter (name, last) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET last = excluded.last

-- name: case_number_set roles: core
SELECT $1

-- A sequence is no part of a transaction: it must stay right when this one is
-- rolled back, so it never goes backwards.
-- name: case_number_set@pgsql roles: core
SELECT setval('case_number', greatest($1 + 1, last_value + is_called::int),
	false) FROM case_number

-- name: mail_id_set roles: core
SELECT 1

-- name: mail_id_set@pgsql roles: core
SELECT setval('mail_id', greatest((SELECT coalesce(max(id), 0) FROM mail) + 1,
	last_value + is_called::int), false) FROM mail_id

-- name: dump_mail roles: core read
SELECT m.id, m.key, m.received, m.queue, c.name, m.kind, m.bytes, m.sender,
	m.subject, m.message_id, m.because, e.name, m.event_seq, m.copies
FROM mail m JOIN chain e ON e.id = m.event_chain
LEFT JOIN chain c ON c.id = m.chain ORDER BY m.id

-- name: dump_case roles: core read
SELECT c.name, f.product, f.policy, f.rm, f.disposition, f.decided, f.opened,
	f.changed, f.title, f.reporter, f.token, f.contacts, f.missing,
	f.mails, f.letters, f.decider, f.clause, f.mail, f.lines, f.received,
	f.split, f.links, f.rating, f.vector
FROM casefile f JOIN chain c ON c.id = f.chain ORDER BY c.name

-- name: dump_case@pgsql roles: core read
SELECT c.name, f.product, f.policy, f.rm, f.disposition, f.decided, f.opened,
	f.changed, f.title, f.reporter, f.token, f.contacts, f.missing,
	f.mails, f.letters, f.decider, f.clause, f.mail, f.lines, f.received,
	f.split, f.links, f.rating, f.vector
FROM casefile f JOIN chain c ON c.id = f.chain ORDER BY c.name COLLATE "C"

-- name: dump_duty roles: core read
SELECT coalesce(c.name, 'mail' || CAST(d.owner AS text)) AS who, d.place,
	d.name, d.round, d.state, d.strength, d.clause, d.trigger,
	d.business_days, d.zone, d.calendar, d.started, d.due, d.due_day,
	d.kept_at
FROM duty d LEFT JOIN chain c ON c.id = d.owner
ORDER BY who, d.place, d.name, d.round

-- name: dump_duty@pgsql roles: core read
SELECT coalesce(c.name, 'mail' || CAST(d.owner AS text)) COLLATE "C" AS who,
	d.place, d.name, d.round, d.state, d.strength, d.clause, d.trigger,
	d.business_days, d.zone, d.calendar, d.started, d.due, d.due_day,
	d.kept_at
FROM duty d LEFT JOIN chain c ON c.id = d.owner
ORDER BY who, d.place, d.name COLLATE "C", d.round

-- name: dump_letter roles: core read
SELECT coalesce(o.name, 'mail' || CAST(l.owner AS text)) AS who, l.n, c.name,
	l.template, l.state, l.held_because, l.recipient, l.sender,
	l.message_id, l.keeps_acknowledge, l.automatic, l.queued, l.next_try,
	l.done, l.attempts, l.reply, e.seq, l.settles
FROM letter l JOIN chain c ON c.id = l.chain
LEFT JOIN chain o ON o.id = l.owner LEFT JOIN event e ON e.id = l.event
ORDER BY who, l.n

-- name: dump_letter@pgsql roles: core read
SELECT coalesce(o.name, 'mail' || CAST(l.owner AS text)) COLLATE "C" AS who,
	l.n, c.name, l.template, l.state, l.held_because, l.recipient,
	l.sender, l.message_id, l.keeps_acknowledge, l.automatic, l.queued,
	l.next_try, l.done, l.attempts, l.reply, e.seq, l.settles
FROM letter l JOIN chain c ON c.id = l.chain
LEFT JOIN chain o ON o.id = l.owner LEFT JOIN event e ON e.id = l.event
ORDER BY who, l.n

-- name: dump_thread roles: core read
SELECT t.key, c.name, t.ours, coalesce(o.name, 'mail' ||
	CAST(t.owner AS text)), t.n
FROM thread t LEFT JOIN chain c ON c.id = t.chain
LEFT JOIN chain o ON o.id = t.owner ORDER BY t.key
