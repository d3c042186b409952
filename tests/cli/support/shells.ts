import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../docs/support/documents.js';
import { BIN } from './spawned.js';

/** What a shell said. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** Runs a script in a shell, with no settings of whoever runs the tests. */
function said([shell, ...options]: readonly string[], script: string, env: Environment): Said {
  const around = { PATH: process.env['PATH'], HOME: '/nonexistent', LANG: 'C.UTF-8', ...env };
  const { stdout, stderr } = spawnSync(shell!, [...options, '-c', script], {
    cwd: root,
    encoding: 'utf8',
    env: around,
  });
  return { stdout, stderr };
}

/** What bash offers after a line and a tab, in one line. The script is evaluated twice: it may be. */
export function completedByBash(line: string, env: Environment): Said {
  const script = `
    orrery() { node ${BIN} "$@"; }
    eval "$(orrery completion bash)"
    eval "$(orrery completion bash)"
    COMP_LINE=$LINE COMP_POINT=\${#LINE}
    __orrery_complete && echo "\${COMPREPLY[@]}"
  `;
  return said(['bash', '--norc'], script, { ...env, LINE: line });
}

/** What fish offers after a line and a tab, one a line, with what it means behind a tab. */
export function completedByFish(line: string, env: Environment): Said {
  const script = `
    function orrery; node ${BIN} $argv; end
    orrery completion fish | source
    complete --do-complete "$LINE"
  `;
  const home = mkdtempSync(join(tmpdir(), 'orrery-fish-'));
  const answer = said(['fish', '--no-config'], script, { ...env, LINE: line, HOME: home });
  rmSync(home, { recursive: true });
  return answer;
}

/** What a line becomes in zsh after a tab: its line editor needs a terminal, which a second zsh makes for it. */
export function completedByZsh(line: string, env: Environment): Said {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-zsh-'));
  const told = join(folder, 'told');
  const settings = join(folder, 'settings.zsh');
  writeFileSync(
    settings,
    `autoload -U compinit; compinit -u -D
    orrery() { node ${BIN} "$@" }
    eval "$(orrery completion zsh)"
    complete-and-tell() { zle complete-word; print -r -- "$BUFFER" > ${told}; exit }
    zle -N complete-and-tell
    bindkey '^X' complete-and-tell
    `,
  );
  const script = `
    zmodload zsh/zpty
    zpty terminal zsh -f -i
    zpty -w terminal "source ${settings}"
    zpty -w -n terminal "$LINE"$'\\x18'
    while zpty -r terminal drawn; do :; done
  `;
  const { stderr } = said(['zsh', '-f'], script, { ...env, LINE: line, TERM: 'xterm' });
  const stdout = readFileSync(told, { encoding: 'utf8', flag: 'a+' });
  rmSync(folder, { recursive: true });
  return { stdout, stderr };
}
