// image.mjs - what a power cut leaves of a folder.
//
// `begin()` takes the folder as it is as durable. Then the log of powerloss.c
// is read up to the moment of the cut: a write or truncation is pending until
// its file is synced, a name until its folder is. What is pending at the cut
// survives as the seed says:
//   nothing    none of it
//   all        all of it (as after kill -9)
//   prefix     up to some moment, the last write torn at a sector
//   scattered  each write, sector by sector, and each name, or not
// Later writes may survive without earlier ones: a cache is written back in
// any order. Names survive in order: file systems keep a journal of them, save
// in `scattered`.
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, lstatSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const MAGIC = 0x52574f50
const HEAD = 40
const SECTOR = 512
const [WRITE, TRUNCATE, SYNC, SYNC_DIR, CREATE, MKDIR, UNLINK, RMDIR, RENAME, LINK] = Array.from({ length: 10 }, (_, i) => i + 1)
export const modes = ['nothing', 'all', 'prefix', 'scattered']

/** Numbers in [0, 1) that a seed decides. */
export function dice(seed) {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function logSize(file) {
  const fd = openSync(file, 'r')
  try { return fstatSync(fd).size } finally { closeSync(fd) }
}

/** The records of the log that begin and end before `size`. */
export function* records(file, size) {
  const fd = openSync(file, 'r')
  const all = Buffer.alloc(size)
  let got = 0
  while (got < size) {
    const n = readSync(fd, all, got, size - got, got)
    if (n === 0) break
    got += n
  }
  closeSync(fd)
  let at = 0
  while (at + HEAD <= got) {
    if (all.readUInt32LE(at) !== MAGIC) throw new Error(`${file}: no record at ${at}`)
    const [path, path2, data] = [24, 28, 32].map(o => all.readUInt32LE(at + o))
    const end = at + HEAD + path + path2 + data
    if (end > got) return
    const from = at + HEAD
    yield {
      op: all.readUInt32LE(at + 4), ino: Number(all.readBigUInt64LE(at + 8)), a: Number(all.readBigUInt64LE(at + 16)),
      path: all.toString('utf8', from, from + path), path2: all.toString('utf8', from + path, from + path + path2),
      data: all.subarray(from + path + path2, end),
    }
    at = end
  }
}

/** A file's bytes, changed in place. */
class Bytes {
  constructor(bytes = Buffer.alloc(0)) {
    this.room = Buffer.from(bytes)
    this.length = bytes.length
  }

  resize(length) {
    if (length > this.room.length) {
      const room = Buffer.alloc(Math.max(length, 2 * this.room.length))
      this.room.copy(room, 0, 0, this.length)
      this.room = room
    } else {
      // What is cut off reads as zeros when the file grows again.
      this.room.fill(0, Math.min(length, this.length), Math.max(length, this.length))
    }
    this.length = length
  }

  put(op) {
    if (op.op === TRUNCATE) return this.resize(op.a)
    const end = op.a + op.data.length
    if (end > this.length) this.resize(end)
    op.data.copy(this.room, op.a)
  }

  get bytes() { return this.room.subarray(0, this.length) }
}

export class Disk {
  constructor(root) {
    this.root = root
    this.files = new Map() // ino -> {durable, pending}
    this.names = new Map() // path -> file, or 'folder': what is durable
    this.pending = [] // changes of names, in order
    this.order = 0
  }

  begin() {
    const walk = path => {
      for (const name of readdirSync(path)) {
        const full = join(path, name), st = lstatSync(full)
        if (st.isDirectory()) {
          this.names.set(full, 'folder')
          walk(full)
        } else if (st.isFile() && !name.endsWith('-shm')) {
          const file = { durable: new Bytes(readFileSync(full)), pending: [], path: full }
          this.files.set(st.ino, file)
          this.names.set(full, file)
        }
      }
    }
    walk(this.root)
    return this
  }

  file(ino) {
    if (!this.files.has(ino)) this.files.set(ino, { durable: new Bytes(), pending: [], path: '' })
    return this.files.get(ino)
  }

  /** `ignoreSync(path)`: the syncs of which files are left out (the control). */
  read(log, size, ignoreSync = () => false) {
    for (const r of records(log, size)) {
      r.at = ++this.order
      switch (r.op) {
        case WRITE: case TRUNCATE:
          this.file(r.ino).pending.push(r)
          break
        case SYNC: {
          const f = this.file(r.ino)
          if (ignoreSync(f.path)) break
          for (const op of f.pending) f.durable.put(op)
          f.pending = []
          break
        }
        case SYNC_DIR:
          if (ignoreSync(r.path)) break
          this.pending = this.pending.filter(op => {
            if (dirname(op.path) !== r.path && (!op.path2 || dirname(op.path2) !== r.path)) return true
            this.rename(this.names, op)
            return false
          })
          break
        case CREATE: // an inode number may be one that was free again
          this.files.set(r.ino, { durable: new Bytes(), pending: [], path: r.path })
          // falls through
        default:
          r.file = this.file(r.ino)
          if (r.op === RENAME) r.file.path = r.path2
          this.pending.push(r)
      }
    }
    return this
  }

  rename(names, op) {
    if (op.op === CREATE || op.op === LINK) names.set(op.path, op.file)
    else if (op.op === MKDIR) names.set(op.path, 'folder')
    else if (op.op === UNLINK || op.op === RMDIR) names.delete(op.path)
    else if (op.op === RENAME) {
      names.delete(op.path)
      names.set(op.path2, op.file)
    }
  }

  /** How much hangs on the cut. */
  get unsynced() {
    let n = this.pending.length
    for (const f of this.files.values()) n += f.pending.length
    return n
  }

  /** Writes what is left into the empty folder `to`. */
  cut(to, mode, random) {
    const last = mode === 'prefix' ? Math.floor(random() * (this.order + 1)) : 0
    const keepName = op => mode === 'all' || (mode === 'prefix' && op.at <= last) || (mode === 'scattered' && random() < 0.5)
    const names = new Map(this.names)
    for (const op of this.pending) if (keepName(op)) this.rename(names, op)

    const content = f => {
      const out = new Bytes(f.durable.bytes)
      for (const op of f.pending) {
        if (mode === 'all' || (mode === 'prefix' && op.at < last)) out.put(op)
        else if (mode === 'prefix' && op.at === last) out.put(torn(op, random))
        else if (mode === 'scattered') for (const piece of scattered(op, random)) out.put(piece)
      }
      return out.bytes
    }
    for (const [path, f] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const target = join(to, path.slice(this.root.length))
      let parent = dirname(path)
      while (parent.length > this.root.length && names.get(parent) === 'folder') parent = dirname(parent)
      if (parent !== this.root) continue // its folder was never durable
      if (f === 'folder') mkdirSync(target, { recursive: true })
      else writeFileSync(target, content(f))
    }
  }
}

function torn(op, random) {
  if (op.op === TRUNCATE) return op
  const sectors = Math.ceil(op.data.length / SECTOR)
  return { ...op, data: op.data.subarray(0, Math.floor(random() * (sectors + 1)) * SECTOR) }
}

function* scattered(op, random) {
  if (op.op === TRUNCATE) {
    if (random() < 0.5) yield op
    return
  }
  if (random() < 0.2) { // the length is there, the bytes are not
    yield { op: WRITE, a: op.a + op.data.length, data: Buffer.alloc(0) }
    return
  }
  const keep = random()
  // Sectors are those of the file, not of the write.
  for (let at = 0; at < op.data.length;) {
    const n = Math.min(op.data.length - at, SECTOR - ((op.a + at) % SECTOR))
    if (random() < keep) yield { op: WRITE, a: op.a + at, data: op.data.subarray(at, at + n) }
    at += n
  }
}
