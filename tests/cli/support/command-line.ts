import { Farewells, type Output, coloured, commandLine, configOf, plain } from '@orrery/cli';

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where a command runs, if that matters. */
export interface Around {
  /** A terminal of this size, for both streams; none if it is not said. */
  readonly terminal?: { readonly columns: number; readonly rows: number; readonly colors?: boolean };
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** What a person answers to every question; nobody is there if it is not said. */
  readonly answer?: string;
}

/** Runs a command in this process, as main.ts does it: with streams, and perhaps a terminal, of its own. */
export async function orrery(url: string, words: readonly string[], around: Around = {}): Promise<Ended> {
  const { terminal, env = {}, stdin = '', answer } = around;
  const written = { out: '', err: '' };
  const output = (name: 'out' | 'err'): Output => ({
    write: (text) => void (written[name] += text),
    isTerminal: terminal !== undefined,
    columns: terminal?.columns ?? Number.POSITIVE_INFINITY,
    rows: terminal?.rows ?? Number.POSITIVE_INFINITY,
    paint: terminal?.colors ? coloured : plain,
  });
  const code = await commandLine(words, {
    config: configOf({ ORRERY_URL: url, ...env }),
    out: output('out'),
    err: output('err'),
    farewells: new Farewells(),
    isSomebodyThere: answer !== undefined,
    ask: async (question) => {
      written.err += question;
      return answer ?? '';
    },
    readStdin: async () => Buffer.from(stdin),
    now: Date.now,
  });
  return { code, ...written };
}
