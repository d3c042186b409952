import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Asked, Membership, Said } from './member.js';

const member = fileURLToPath(new URL('member.ts', import.meta.url));
const living = new Set<ChildProcess>();

/** A process that runs Orrery as a library. */
export class OrreryProcess {
  /** Everything it has said. */
  readonly said: Said[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly child: ChildProcess) {
    living.add(child);
    child.once('exit', () => living.delete(child));
    child.on('message', (words: Said) => {
      this.said.push(words);
      for (const look of this.waiting) look();
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resolves when it owns what it can, and its handlers are there. */
  static async start(membership: Membership): Promise<OrreryProcess> {
    const child = fork(member, [JSON.stringify(membership)], {
      execArgv: ['--conditions=@orrery/source', '--import', 'tsx'],
    });
    const process = new OrreryProcess(child);
    await process.hears(({ ready }) => ready === true);
    return process;
  }

  /** Asks it for something, and resolves with its answer. */
  async asks(asked: Asked, isAnswer: (words: Said) => boolean): Promise<Said> {
    const from = this.said.length;
    this.child.send(asked);
    return this.hears(isAnswer, from);
  }

  /** Resolves with the first thing that it says, or has said, which is meant. */
  async hears(isMeant: (words: Said) => boolean, from = 0): Promise<Said> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error(`the process ended (${this.child.exitCode ?? this.child.signalCode})`));
      const look = () => {
        const found = this.said.slice(from).find(isMeant);
        if (!found) return;
        this.waiting.delete(look);
        this.child.off('exit', gone);
        resolve(found);
      };
      this.waiting.add(look);
      this.child.once('exit', gone);
      look();
    });
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}

/** Ends whatever a test left running. */
export async function endProcesses(): Promise<void> {
  const all = [...living].map(async (child) => {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  });
  await Promise.all(all);
}
