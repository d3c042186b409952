import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

/** What a script says that has the examples to import; the address is the one that they take from the command line. */
async function said(script: string, url = 'http://127.0.0.1:8000'): Promise<string> {
  const env = { ...process.env, PYTHONPATH: 'examples/workers', PYTHONDONTWRITEBYTECODE: '1' };
  return (await promisify(execFile)('python3', ['-c', script, url], { env })).stdout.trim();
}

const withPython = spawnSync('python3', ['--version']).status === 0 ? describe : describe.skip;

withPython('The examples in Python (need python3: it is not installed)', () => {
  it('fail a first conversion now and then, and no second one', async () => {
    const script = `
import random, batch, worker
random.random = lambda: 0
given = {"picture": "io.raw", "number": 1, "of": 1}
try:
    batch.convert(given, worker.Attempt({"attempt": 1}))
except worker.TaskFailed as failure:
    print(failure.error["code"])
print(batch.convert(given, worker.Attempt({"attempt": 2}))["file"])
`;
    expect((await said(script)).split('\n')).toEqual(['picture.broken-pipe', '1 of 1: io.raw', 'io.png']);
  });

  it.each([
    ['a set', '{1, 2}', 'TypeError'],
    ['no number', 'float("nan")', 'ValueError'],
  ])('fail the attempt whose output is %s', async (_title, output, error) => {
    const script = `
import worker
worker.HANDLERS = {"odd": lambda given, attempt: ${output}}
worker.say_how_it_ended = lambda attempt, verb, report: print(verb, report["error"]["message"])
worker.work({"id": "t", "type": "odd", "input": None, "heartbeatMs": 60000})
`;
    expect(await said(script)).toMatch(new RegExp(`^fail ${error}: `));
  });

  it('ask again where an answer is not JSON', async () => {
    const server = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const script = `
import worker
try:
    worker.post("/tasks/poll", {})
except worker.Unreachable as why:
    print(why)
`;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await said(script, url)).toBe('the answer is not JSON: <html>');
    server.close();
  });
});
