-- migration.sql - which migrations a database has.
-- The table itself is made by db_migrate.c, before any migration.

-- name: migration_list roles: core read
SELECT number, name, checksum, program FROM migration ORDER BY number

-- name: migration_add roles: core
INSERT INTO migration (number, name, checksum, program, at)
VALUES ($1, $2, $3, $4, unixepoch() * 1000)

-- name: migration_add@pgsql roles: core
INSERT INTO migration (number, name, checksum, program, at)
VALUES ($1, $2, $3, $4, floor(extract(epoch FROM now())) * 1000)
