import { type Trap, Trapped } from './trapped.js';

const INSTEAD = 'what it says must be given as a setting';

/**
 * Node itself reads these for the colours of the terminal whenever something is printed, and whoever looks for a fault
 * prints; they change no outcome. No library that is simulated reads any variable while it runs, so there are no others.
 * `import()` has Node read WATCH_REPORT_DEPENDENCIES, and is rightly refused by it: a file is loaded in real time.
 */
const LET_THROUGH: ReadonlySet<string | symbol> = new Set([
  ...['FORCE_COLOR', 'NO_COLOR', 'NODE_DISABLE_COLORS', 'COLORTERM', 'TERM', 'TERM_PROGRAM', 'TERM_PROGRAM_VERSION'],
  ...['TMUX', 'CI', 'CI_NAME', 'TEAMCITY_VERSION', 'TF_BUILD', 'AGENT_NAME', 'APPVEYOR', 'BUILDKITE', 'CIRCLECI'],
  ...['DRONE', 'GITEA_ACTIONS', 'GITHUB_ACTIONS', 'GITLAB_CI', 'TRAVIS'],
]);

function asked(name: string | symbol): string | symbol {
  if (LET_THROUGH.has(name)) return name;
  throw new Trapped(`read process.env.${String(name)}`, INSTEAD);
}

function changed(_env: object, name: string | symbol): never {
  throw new Trapped(`changed process.env.${String(name)}`, INSTEAD);
}

/** The environment, which is another on another machine. */
export function envTrap(): Trap {
  const env = new Proxy(process.env, {
    get: (target, name) => Reflect.get(target, asked(name)) as unknown,
    has: (target, name) => Reflect.has(target, asked(name)),
    getOwnPropertyDescriptor: (target, name) => Reflect.getOwnPropertyDescriptor(target, asked(name)),
    ownKeys: () => {
      throw new Trapped('listed process.env', INSTEAD);
    },
    set: changed,
    defineProperty: changed,
    deleteProperty: changed,
  });
  return [process, 'env', env];
}
