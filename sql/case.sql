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
	letters)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)

-- name: case_set roles: core
UPDATE casefile SET product = $2, policy = $3, rm = $4, disposition = $5,
	decided = $6, opened = $7, changed = $8, title = $9, reporter = $10,
	token = $11, contacts = $12, missing = $13, mails = $14, letters = $15
WHERE chain = $1

-- name: case_by_chain roles: core read
SELECT f.chain, c.name, f.product, f.policy, f.rm, f.disposition, f.decided,
	f.opened, f.changed, f.title, f.reporter, f.token, f.contacts,
	f.missing, f.mails, f.letters
FROM casefile f JOIN chain c ON c.id = f.chain WHERE f.chain = $1

-- By receipt: two nodes draw their chains' ids in runs, and a restore anew.
-- name: case_list roles: core read
SELECT f.chain, c.name, f.product, f.policy, f.rm, f.disposition, f.decided,
	f.opened, f.changed, f.title, f.reporter, f.token, f.contacts,
	f.missing, f.mails, f.letters
FROM casefile f JOIN chain c ON c.id = f.chain
WHERE ($1 = '' OR f.product = $1) AND ($2 = '' OR f.rm = $2)
ORDER BY f.opened DESC, length(c.name) DESC, c.name DESC LIMIT $3 OFFSET $4

-- name: case_list@pgsql roles: core read
SELECT f.chain, c.name, f.product, f.policy, f.rm, f.disposition, f.decided,
	f.opened, f.changed, f.title, f.reporter, f.token, f.contacts,
	f.missing, f.mails, f.letters
FROM casefile f JOIN chain c ON c.id = f.chain
WHERE ($1 = '' OR f.product = $1) AND ($2 = '' OR f.rm = $2)
ORDER BY f.opened DESC, length(c.name) DESC, c.name COLLATE "C" DESC
LIMIT $3 OFFSET $4
