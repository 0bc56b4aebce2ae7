// The tests of a desk on SQLite, word for word, on PostgreSQL: each desk in
// them gets a database of its own on one server. (letters.test.mjs as well.)
import { Desk } from '../lib/desk.mjs'
import { Postgres } from '../lib/postgres.mjs'

const pg = await Postgres.start()
Desk.database = () => pg.url(pg.create())

for (const name of ['first-report', 'thread', 'roles']) await import(`../e2e/${name}.test.mjs`)
