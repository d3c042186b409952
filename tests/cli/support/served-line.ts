import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { until } from '../../e2e/support/until.js';
import { type Served, serve } from '../../sdk/support/served.js';
import { type Around, type Ended, orrery } from './command-line.js';

export const NAP = `orrery: v1
name: nap
tasks:
  nap: { type: sleep, input: { duration: 20ms } }
output: { slept: '\${ input }' }
`;
export const LONG = 'orrery: v1\nname: long\ntasks:\n  nap: { type: sleep, input: { duration: 1h } }\n';
export const BROKEN = 'orrery: v1\nname: broken\ntasks:\n  bad: { type: noop, when: "${ input.missing }" }\n';
export const DOOR = `orrery: v1
name: door
tasks:
  open: { type: wait, input: { signal: knock } }
output: \${ tasks.open.output }
`;

/** The command line against a server of this spec. */
export interface ServedLine {
  readonly served: Served;
  /** A directory for its files. */
  readonly folder: string;
  /** Runs a command whose words have no blanks. */
  cli(words: string, around?: Around): Promise<Ended>;
  said(words: readonly string[], around?: Around): Promise<Ended>;
  /** Starts a definition, and answers the id of the run. */
  started(text: string, ...more: readonly string[]): Promise<string>;
  /** Lists follow a moment behind: waits until one has a run. */
  isListed(id: string, ...filter: readonly string[]): Promise<void>;
  /** Writes a file, and answers its path. */
  file(name: string, text: string): Promise<string>;
}

/** Serves for the specs of one file, and ends with them; nothing may have gone wrong in the server. */
export function servedLine(): ServedLine {
  const line: { served?: Served; folder?: string } = {};
  beforeAll(async () => {
    line.served = await serve();
    line.folder = await mkdtemp(join(tmpdir(), 'orrery-cli-'));
  }, 60_000);
  afterAll(async () => {
    await line.served!.close();
    await rm(line.folder!, { recursive: true });
    expect(line.served!.bugs).toEqual([]);
  });
  const said = (words: readonly string[], around?: Around) => orrery(line.served!.url, words, around);
  return {
    get served() {
      return line.served!;
    },
    get folder() {
      return line.folder!;
    },
    said,
    cli: (words, around) => said(words.split(' '), around),
    async started(text, ...more) {
      const { out, err } = await said(['run', '-', '--detach', '-o', 'name', ...more], { stdin: text });
      if (out === '') throw new Error(err);
      return out.trim();
    },
    isListed: (id, ...filter) => until(async () => (await said(['list', '-o', 'name', ...filter])).out.includes(id)),
    async file(name, text) {
      const path = join(line.folder!, name);
      await writeFile(path, text);
      return path;
    },
  };
}
