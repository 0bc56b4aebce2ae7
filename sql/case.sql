-- case.sql - the folded state of each case.

-- name: case_number roles: core
INSERT INTO counter (name, last) VALUES ($1, 1)
ON CONFLICT (name) DO UPDATE SET last = counter.last + 1 RETURNING last

-- A sequence, for a counter's row would hold one node until the other has
-- committed; all prefixes share it, and the number is unique all the same.
-- name: case_number@pgsql roles: core
SELECT nextval('case_number') FROM (SELECT $1::text) prefix

-- name: case_add roles: core
INSERT INTO casefile (chain, product, policy, rm, disposition, decided,
	opened, changed, title, reporter, token, contacts, missing, mails,
	letters, decider, clause, mail, lines, received, split, links, rating,
	vector)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
	$17, $18, $19, $20, $21, $22, $23, $24)

-- name: case_set roles: core
UPDATE casefile SET product = $2, policy = $3, rm = $4, disposition = $5,
	decided = $6, opened = $7, changed = $8, title = $9, reporter = $10,
	token = $11, contacts = $12, missing = $13, mails = $14, letters = $15,
	decider = $16, clause = $17, mail = $18, lines = $19, received = $20,
	split = $21, links = $22, rating = $23, vector = $24
WHERE chain = $1

-- name: case_by_chain roles: core read
SELECT f.chain, c.name, f.product, f.policy, f.rm, f.disposition, f.decided,
	f.opened, f.changed, f.title, f.reporter, f.token, f.contacts,
	f.missing, f.mails, f.letters, f.decider, f.clause, f.mail, f.lines,
	f.received, f.split, f.links, f.rating, f.vector
FROM casefile f JOIN chain c ON c.id = f.chain WHERE f.chain = $1

-- By receipt: two nodes draw their chains' ids in runs, and a restore anew.
-- name: case_list roles: core read
SELECT f.chain, c.name, f.product, f.policy, f.rm, f.disposition, f.decided,
	f.opened, f.changed, f.title, f.reporter, f.token, f.contacts,
	f.missing, f.mails, f.letters, f.decider, f.clause, f.mail, f.lines,
	f.received, f.split, f.links, f.rating, f.vector
FROM casefile f JOIN chain c ON c.id = f.chain
WHERE ($1 = '' OR f.product = $1) AND ($2 = '' OR f.rm = $2)
ORDER BY f.opened DESC, length(c.name) DESC, c.name DESC LIMIT $3 OFFSET $4

-- name: case_list@pgsql roles: core read
SELECT f.chain, c.name, f.product, f.policy, f.rm, f.disposition, f.decided,
	f.opened, f.changed, f.title, f.reporter, f.token, f.contacts,
	f.missing, f.mails, f.letters, f.decider, f.clause, f.mail, f.lines,
	f.received, f.split, f.links, f.rating, f.vector
FROM casefile f JOIN chain c ON c.id = f.chain
WHERE ($1 = '' OR f.product = $1) AND ($2 = '' OR f.rm = $2)
ORDER BY f.opened DESC, length(c.name) DESC, c.name COLLATE "C" DESC
LIMIT $3 OFFSET $4

-- What waits for a person's word, the oldest receipt first. That a case has
-- moved elsewhere is in its links; there decided is 1.
-- name: case_undecided roles: core read
SELECT f.chain, c.name, f.product, f.policy, f.rm, f.disposition, f.decided,
	f.opened, f.changed, f.title, f.reporter, f.token, f.contacts,
	f.missing, f.mails, f.letters, f.decider, f.clause, f.mail, f.lines,
	f.received, f.split, f.links, f.rating, f.vector
FROM casefile f JOIN chain c ON c.id = f.chain
WHERE f.decided = 0 OR f.split <> '[]'
ORDER BY f.received, length(c.name), c.name LIMIT $1

-- name: case_undecided@pgsql roles: core read
SELECT f.chain, c.name, f.product, f.policy, f.rm, f.disposition, f.decided,
	f.opened, f.changed, f.title, f.reporter, f.token, f.contacts,
	f.missing, f.mails, f.letters, f.decider, f.clause, f.mail, f.lines,
	f.received, f.split, f.links, f.rating, f.vector
FROM casefile f JOIN chain c ON c.id = f.chain
WHERE f.decided = 0 OR f.split <> '[]'
ORDER BY f.received, length(c.name), c.name COLLATE "C" LIMIT $1
