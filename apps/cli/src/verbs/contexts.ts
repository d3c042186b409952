import { type Contexts, contextName, serverCalled } from '../contexts/contexts.js';
import { readContexts, writeContexts } from '../contexts/contexts-file.js';
import { type Cli, say } from '../cli.js';
import { serverUrl } from '../config.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { show, showList } from '../output/show.js';
import type { Verb } from '../verb.js';

/** A context, as it is shown. */
interface Shown {
  readonly name: string;
  readonly url: string;
  readonly current: boolean;
}

const WHO_WINS =
  'Of --url, --context, ORRERY_URL and the context in use, the first that is there says where the server is.';

export const listContexts: Verb = {
  usage: 'context list',
  summary: 'list the servers that have a name here',
  notes: WHO_WINS,
  examples: [['orrery context list', 'with a star at the one in use']],
  async run(cli) {
    const { current, servers } = readContexts(cli.config.contextsFile);
    const items = [...servers].map(([name, { url }]): Shown => ({ name, url, current: name === current }));
    await showList(cli, {
      items,
      name: ({ name }) => name,
      columns: [
        { head: 'IN USE', of: (each) => (each.current ? '*' : '') },
        { head: 'CONTEXT', of: ({ name }) => name },
        { head: 'URL', of: ({ url }) => url },
      ],
    });
    if (items.length === 0) say(cli, 'No server has a name here. orrery context set NAME URL gives it one.');
    if (current !== undefined) sayWhatWins(cli);
    return EXIT.ok;
  },
};

export const useContext: Verb = {
  usage: 'context use <context>',
  summary: 'choose the server that is meant from now on',
  notes: WHO_WINS,
  examples: [['orrery context use staging', 'until another one is chosen']],
  async run(cli, { words: [name = ''] }) {
    const contexts = readContexts(cli.config.contextsFile);
    serverCalled(name, contexts);
    return kept(cli, { ...contexts, current: name }, name);
  },
};

export const setContext: Verb = {
  usage: 'context set <context> <url>',
  summary: 'give a server a name, or move the name to another one',
  examples: [['orrery context set staging https://orrery.staging.example.org', 'then: orrery list --context staging']],
  async run(cli, { words: [written = '', address = ''] }) {
    const name = contextName(written);
    const { current, servers } = readContexts(cli.config.contextsFile);
    const url = serverUrl(address);
    return kept(cli, { current, servers: new Map([...servers, [name, { url }]]) }, name);
  },
};

export const removeContext: Verb = {
  usage: 'context remove <context>',
  summary: 'forget the name of a server',
  examples: [['orrery context remove staging', 'nothing happens to the server']],
  async run(cli, { words: [name = ''] }) {
    const contexts = readContexts(cli.config.contextsFile);
    const { url } = serverCalled(name, contexts);
    const servers = new Map([...contexts.servers].filter(([each]) => each !== name));
    const current = contexts.current === name ? undefined : contexts.current;
    writeContexts(cli.config.contextsFile, { current, servers });
    await show(cli, { value: { name, url, current: false }, name, lines: () => [[{ text: `${name} is removed` }]] });
    if (contexts.current === name) say(cli, 'It was in use; now none is.');
    return EXIT.ok;
  },
};

/** Keeps the contexts, and tells how it stands with this one. */
async function kept(cli: Cli, contexts: Contexts, name: string): Promise<ExitCode> {
  writeContexts(cli.config.contextsFile, contexts);
  const { url } = serverCalled(name, contexts);
  const current = contexts.current === name;
  const text = `${name} is ${url}${current ? ', and in use' : ''}`;
  await show(cli, { value: { name, url, current }, name, lines: () => [[{ text }]] });
  if (current) sayWhatWins(cli);
  else say(cli, `Use it: orrery context use ${name}`);
  return EXIT.ok;
}

function sayWhatWins(cli: Cli): void {
  const { url } = cli.config;
  if (url !== undefined) say(cli, `ORRERY_URL is set to ${url}, and wins over the context in use.`);
}
