import { VERSION } from '@orrery/infrastructure';
import { checkNode } from '../doctor/check-program.js';
import { checkServer } from '../doctor/check-server.js';
import { type Finding, findingLines, ok } from '../doctor/findings.js';
import { EXIT } from '../exit-codes.js';
import { writeLines } from '../output/output.js';
import { showList } from '../output/show.js';
import type { Verb } from '../verb.js';

export const doctor: Verb = {
  usage: 'doctor',
  summary: 'look whether everything is as it should be, and say how to mend what is not',
  notes:
    'Looks at Node, at the server, its health, version and clock, at queues that nobody works on, and, where DATABASE_URL\n' +
    'is set, at PostgreSQL: fsync, full_page_writes, synchronous_commit, poolers, its clock. The exit code is 0 without\n' +
    'failures, 6 if the server does not answer, 1 otherwise.',
  examples: [
    ['orrery doctor', ''],
    ['orrery doctor --url http://10.0.0.5:8000 -o json', ''],
  ],
  async run(cli) {
    const { databaseUrl } = cli.config;
    const server = await checkServer(cli.client, VERSION, cli.now);
    const items = [checkNode(process.versions.node), ...server, ...(await database(databaseUrl, cli.now))];
    const isTable = cli.options.format === 'table';
    if (isTable) writeLines(cli.out, items.flatMap(findingLines));
    else await showList<Finding>(cli, { items, columns: [], name: ({ name, state }) => `${name} ${state}` });
    if (server.some(({ name, state }) => name === 'server' && state === 'fail')) return EXIT.unavailable;
    return items.some(({ state }) => state === 'fail') ? EXIT.failed : EXIT.ok;
  },
};

async function database(url: string | undefined, now: () => number): Promise<readonly Finding[]> {
  if (url !== undefined) return (await import('../doctor/check-database.js')).checkDatabase(url, now);
  return [ok('database', 'a server checks its own at its start; with DATABASE_URL set, this looks too')];
}
