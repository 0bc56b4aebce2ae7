// A reporter for node's test runner: one JSON line for each test that ran,
// for tools/count-results. Suites and the wrapper that older versions put
// round each file are no tests of their own.
export default async function* count(source) {
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    if (data.details?.type === 'suite') continue
    const status = type === 'test:fail' && data.todo === undefined ? 'fail' : data.skip !== undefined || data.todo !== undefined ? 'skip' : 'pass'
    yield JSON.stringify({ name: data.name, status, ms: data.details?.duration_ms, file: data.file ?? process.argv[1] }) + '\n'
  }
}
