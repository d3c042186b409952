import type { DeadLetterStatus, WorkflowStatus } from '@orrery/sdk';
import { didYouMean, suggester } from '@orrery/domain';
import { type Cli, say } from '../cli.js';
import { usageError } from '../cli-error.js';
import { BASH_SCRIPT } from '../completion/bash-script.js';
import { type Candidate, type Lookups, SHELLS, candidatesFor } from '../completion/candidates.js';
import { readContexts } from '../contexts/contexts-file.js';
import { EXIT } from '../exit-codes.js';
import { GLOBAL_OPTIONS } from '../global-options.js';
import type { Verb } from '../verb.js';

const HOW: { readonly [shell: string]: string } = {
  bash: 'eval "$(orrery completion bash)"   in ~/.bashrc',
  zsh: 'eval "$(orrery completion zsh)"    in ~/.zshrc, after compinit',
  fish: 'orrery completion fish | source    in ~/.config/fish/config.fish',
  powershell: 'orrery completion powershell | Out-String | Invoke-Expression   in $PROFILE',
};

export const completion: Verb = {
  usage: 'completion <shell>',
  summary: 'print what completes commands, options, ids and names in a shell',
  notes: `Put one of these into your shell's settings:\n${Object.values(HOW)
    .map((line) => `  ${line}`)
    .join('\n')}`,
  examples: [['eval "$(orrery completion bash)"', 'in this shell, now']],
  async run(cli, given) {
    const [shell = ''] = given.words;
    if (!SHELLS.includes(shell))
      throw usageError(
        'bad-shell',
        `no completion is known for "${shell}"${didYouMean(suggester(SHELLS)(shell))}`,
        `Write ${SHELLS.join(', ')}.`,
      );
    if (shell === 'bash') cli.out.write(BASH_SCRIPT);
    else (await import('@bomb.sh/tab')).script(shell, 'orrery', 'orrery');
    if (cli.out.isTerminal) say(cli, `To have it always: ${HOW[shell]}`);
    return EXIT.ok;
  },
};

/** What the directive of the scripts says: offer files too, or nothing else. */
const DIRECTIVES = { withFiles: 0, only: 4 };
/** Who presses the tab key does not wait longer. */
const PATIENCE_MS = 1_000;
const ITEMS = 20;

/** What the scripts ask: the words so far, and the one that is being typed. */
export const completeWith = (verbs: () => readonly Verb[]): Verb => ({
  usage: 'complete [words...]',
  summary: 'answer what a word may become',
  examples: [],
  isHidden: true,
  async run(cli, { words }) {
    const { items, withFiles } = await candidatesFor(
      { verbs: verbs(), globals: GLOBAL_OPTIONS },
      words,
      lookupsOf(cli),
    );
    const typed = words.at(-1) ?? '';
    for (const { value, means } of items.filter((each) => each.value.startsWith(typed)))
      cli.out.write(`${value}\t${means}\n`);
    cli.out.write(`:${withFiles ? DIRECTIVES.withFiles : DIRECTIVES.only}\n`);
    return EXIT.ok;
  },
});

/** Asks the server, if there is one; a shell is no place for error messages. */
function lookupsOf(cli: Cli): Lookups {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const silently = (asking: Promise<readonly Candidate[]>) => asking.catch(() => []);
  const runs = async (status: WorkflowStatus | undefined) => {
    const { items } = await cli.client.workflows.list({ status, limit: ITEMS, signal });
    return items.map((run) => ({ value: run.id, means: `${run.definition.name}, ${run.status}` }));
  };
  const definitions = async () => {
    const { items } = await cli.client.definitions.list({ limit: 100, signal });
    return items.map(({ name, version }) => ({ value: name, means: `version ${version}` }));
  };
  const deadLetters = async (status: readonly DeadLetterStatus[]) => {
    const { items } = await cli.client.deadLetters.list({ status, limit: ITEMS, signal });
    return items.map(({ id, reason }) => ({ value: id, means: reason }));
  };
  const contexts = async () =>
    [...readContexts(cli.config.contextsFile).servers].map(([value, { url }]) => ({ value, means: url }));
  return {
    contexts: () => silently(contexts()),
    runs: (status) => silently(runs(status)),
    definitions: () => silently(definitions()),
    deadLetters: (status) => silently(deadLetters(status)),
  };
}
