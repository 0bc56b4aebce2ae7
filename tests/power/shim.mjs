// shim.mjs - builds powerloss.c with the compiler that built the desk.
import { join } from 'node:path'
import assert from 'node:assert/strict'
import { command, root } from '../lib/desk.mjs'

export async function buildShim(dir) {
  const file = join(dir, 'powerloss.so')
  const p = await command('cc', ['-std=gnu17', '-O2', '-g', '-Wall', '-Wextra', '-Werror', '-U_FORTIFY_SOURCE', '-shared', '-fPIC', '-o', file, join(root, 'tests/power/powerloss.c')])
  assert.equal(p.status, 0, p.stderr)
  return file
}
