-- thread.sql - what leads a mail to a case, or to the letter it answers.

-- name: thread_add roles: core
INSERT INTO thread (key, chain, ours) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET chain = excluded.chain, ours = excluded.ours
WHERE thread.chain IS NULL

-- name: thread_letter roles: core
INSERT INTO thread (key, ours, owner, n, chain) VALUES ($1, 1, $2, $3, $4)
ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, n = excluded.n,
	ours = 1, chain = COALESCE(thread.chain, excluded.chain)
WHERE thread.owner IS NULL

-- An answer to the letter of a queue's item goes where that mail is now.
-- name: thread_find roles: core read
SELECT coalesce(c.name, r.name), t.ours FROM thread t
LEFT JOIN chain c ON c.id = t.chain
LEFT JOIN mail m ON t.owner < 0 AND m.id = -t.owner AND m.queue IS NULL
LEFT JOIN chain r ON r.id = m.chain
WHERE t.key = $1 AND (t.chain IS NOT NULL OR r.name IS NOT NULL)
