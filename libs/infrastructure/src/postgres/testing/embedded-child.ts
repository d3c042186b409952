import { createInterface } from 'node:readline';
import { claimDataDirectory } from '../embedded/claim.js';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../embedded-postgres.js';

// A process of its own that opens, or claims, a data directory, says in a line what came of it, and stays until it is
// killed or told "stop". What it needs to know comes as JSON in its first argument.
const { claim, url, ...options } = JSON.parse(process.argv[2] ?? '{}') as {
  claim?: boolean;
  url?: string;
  dataDirectory: string;
};
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

let server: EmbeddedPostgres | undefined;
try {
  if (claim) {
    const { dataDirectory } = await claimDataDirectory(options.dataDirectory, { url });
    say({ dataDirectory });
  } else {
    const lines: string[] = [];
    server = await openEmbeddedPostgres({ ...options, log: (line) => lines.push(line) });
    say({ ...server, log: lines });
  }
} catch (error) {
  const { code, message, stack } = error as Error & { code?: string };
  say({ code: code ?? stack, message });
  process.exit(1);
}
for await (const line of createInterface(process.stdin)) if (line === 'stop') break;
await server?.stop();
process.exit(0);
