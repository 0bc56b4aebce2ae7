-- duty.sql - the promises that run, and those that were kept.

-- name: duty_save roles: core
INSERT INTO duty (owner, name, round, state, strength, clause, trigger,
	business_days, zone, calendar, started, due, due_day, kept_at,
	place)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (owner, name, round) DO UPDATE SET state = excluded.state,
	strength = excluded.strength, clause = excluded.clause,
	trigger = excluded.trigger, business_days = excluded.business_days,
	zone = excluded.zone, calendar = excluded.calendar,
	started = excluded.started, due = excluded.due,
	due_day = excluded.due_day, kept_at = excluded.kept_at, place = excluded.place

-- An order that is the same on any database with the same events.
-- name: duty_running roles: core read
SELECT d.owner, d.name, d.round, d.state, d.strength, d.clause, d.trigger,
	d.business_days, d.zone, d.calendar, d.started, d.due, d.due_day,
	d.kept_at, c.name
FROM duty d LEFT JOIN chain c ON c.id = d.owner
WHERE d.state = 'running'
ORDER BY d.due, d.started, coalesce(c.name, ''),
	CASE WHEN d.owner < 0 THEN -d.owner END, d.place, d.name, d.round
LIMIT $1

-- name: duty_running@pgsql roles: core read
SELECT d.owner, d.name, d.round, d.state, d.strength, d.clause, d.trigger,
	d.business_days, d.zone, d.calendar, d.started, d.due, d.due_day,
	d.kept_at, c.name
FROM duty d LEFT JOIN chain c ON c.id = d.owner
WHERE d.state = 'running'
ORDER BY d.due, d.started, coalesce(c.name, '') COLLATE "C",
	CASE WHEN d.owner < 0 THEN -d.owner END, d.place, d.name COLLATE "C",
	d.round LIMIT $1

-- name: duty_of roles: core read
SELECT owner, name, round, state, strength, clause, trigger, business_days,
	zone, calendar, started, due, due_day, kept_at
FROM duty WHERE owner = $1 ORDER BY place, started, name, round
