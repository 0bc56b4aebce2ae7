-- position.sql - how far each node has consumed each of its spools.

-- name: position_get roles: core read
SELECT segment, byte FROM position WHERE node = $1 AND spool = $2

-- name: position_set roles: core
INSERT INTO position (node, spool, segment, byte) VALUES ($1, $2, $3, $4)
ON CONFLICT (node, spool) DO UPDATE
SET segment = excluded.segment, byte = excluded.byte

-- name: position_list roles: core read
SELECT node, spool, segment, byte FROM position ORDER BY node, spool
