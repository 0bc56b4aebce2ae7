-- policy.sql - every version of a policy that was ever in force here.

-- name: policy_put roles: core
INSERT INTO policy (hash, name, resolved, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (hash) DO NOTHING

-- name: policy_get roles: core read
SELECT resolved FROM policy WHERE hash = $1

-- name: policy_list roles: core read
SELECT hash, name, resolved, at FROM policy ORDER BY at, hash

-- The version of that name that was the latest at that time.
-- name: policy_at roles: core read
SELECT hash, resolved FROM policy WHERE name = $1 AND at <= $2
ORDER BY at DESC, hash LIMIT 1
