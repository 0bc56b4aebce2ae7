// As walk.test.mjs, in a process of its own: these tests wait a lot.
import { Desk } from '../lib/desk.mjs'
import { Postgres } from '../lib/postgres.mjs'

const pg = await Postgres.start()
Desk.database = () => pg.url(pg.create())

await import('../e2e/letters.test.mjs')
