// The tests of a desk on SQLite, word for word, on PostgreSQL: each desk in
// them gets a database of its own on one server.
import { Desk } from '../lib/desk.mjs'
import { Postgres } from '../lib/postgres.mjs'

const pg = await Postgres.start()
Desk.database = () => pg.url(pg.create())

for (const name of ['first-report', 'thread', 'letters', 'roles']) await import(`../e2e/${name}.test.mjs`)
