import { resolve } from 'node:path';
import { humanBytes } from '../output/bytes.js';
import { counted } from '../output/counts.js';
import { EXIT } from '../exit-codes.js';
import { harmless } from '../output/line.js';
import { show } from '../output/show.js';
import type { Verb, VerbOption } from '../verb.js';

const WHERE: readonly VerbOption[] = [
  { flags: '--data <dir>', means: 'the data directory (default: DATABASE_URL, or else ORRERY_DATA, or .orrery)' },
];

export const backup: Verb = {
  usage: 'backup <directory>',
  summary: 'back up a data directory or a database, while it is being worked on',
  options: WHERE,
  notes:
    'DIRECTORY must not be there yet, or be empty. No server is asked: this reads the database itself, of the data\n' +
    'directory or of DATABASE_URL.',
  examples: [
    ['orrery backup backups/monday', 'the data directory of orrery up, whether it runs or not'],
    ['DATABASE_URL=postgres://... orrery backup DIR', 'a database of your own'],
  ],
  async run(cli, given) {
    const directory = given.words[0] ?? '';
    const { backUpTo } = await import('../data/backups.js');
    const manifest = await backUpTo(cli, given, directory);
    const { log, tables } = manifest;
    const bytes = tables.reduce((sum, each) => sum + each.bytes, 0);
    const words = `${counted(log.events, 'event')} of ${counted(log.streams, 'stream')} are in ${directory} (${humanBytes(bytes)})`;
    await show(cli, {
      value: { directory: resolve(directory), ...manifest },
      name: directory,
      lines: () => [[{ text: words }]],
    });
    return EXIT.ok;
  },
};

export const restore: Verb = {
  usage: 'restore <directory>',
  summary: 'restore a backup into an empty data directory or database, and check it',
  options: WHERE,
  notes: 'What is not empty is refused. The exit code is 1 if the check finds something.',
  examples: [
    ['orrery restore backups/monday --data restored', 'then: orrery up --data restored'],
    ['DATABASE_URL=postgres://... orrery restore DIR', 'into an empty database of your own'],
  ],
  async run(cli, given) {
    const directory = given.words[0] ?? '';
    const { restoreFrom } = await import('../data/backups.js');
    const report = await restoreFrom(cli, given, directory);
    const { events, streams, faults, faultsTotal } = report;
    const verdict = faultsTotal === 0 ? 'whole' : `not whole: ${counted(faultsTotal, 'fault')}`;
    const words = `${counted(events, 'event')} of ${counted(streams, 'stream')} are restored, and ${verdict}`;
    const lines = [words, ...faults.map((fault) => `  ${harmless(fault)}`)].map((text) => [{ text }]);
    await show(cli, { value: report, name: directory, lines: () => lines });
    return faultsTotal === 0 ? EXIT.ok : EXIT.failed;
  },
};
