import { TooLarge } from '@orrery/domain';
import { InvalidConfiguration } from '@orrery/infrastructure';
import { OrreryProblem, OrreryTimeout, OrreryUnreachable } from '@orrery/sdk';
import { CliError, type Place } from './cli-error.js';
import { DEFAULT_URL } from './config.js';
import { EXIT, type ExitCode } from './exit-codes.js';

/** The exit code of each status that the API refuses with; the others are those of their hundred. */
const EXIT_OF_STATUS: { readonly [status: number]: ExitCode } = {
  401: EXIT.denied,
  403: EXIT.denied,
  404: EXIT.notFound,
  409: EXIT.conflict,
  410: EXIT.notFound,
  412: EXIT.conflict,
  422: EXIT.conflict,
  429: EXIT.unavailable,
};

/** What a person can do about a refusal, where the server's own words do not say it. */
const WAYS_OUT: { readonly [code: string]: readonly string[] } = {
  'workflow.not-found': ['orrery list shows the newest runs.'],
  'workflow.ended': ['orrery show ID tells how it ended; orrery run starts another one.'],
  'workflow.not-ended': ['Cancel it first: orrery cancel ID.'],
  'definition.not-found': ['orrery definitions lists what is registered; orrery register FILE adds one.'],
  'dead-letter.not-found': ['orrery dlq list shows those that wait.'],
  'dead-letter.truncated': ['orrery dlq show ID prints its beginning; orrery dlq drop ID gives it up.'],
  'dead-letter.not-a-command': ['orrery dlq show ID prints it; orrery dlq drop ID gives it up.'],
  'route.not-found': ['The server may be of another version: orrery doctor compares them.'],
  'key.reused': ['A run with this id was started before, by another request. Choose another id.'],
  'version.mismatch': ['Look at it again, and decide again: orrery show ID.'],
};

/** The same, where it depends on what the refusal says besides, or on where the server was looked for. */
const WAYS_OUT_OF: { readonly [code: string]: (problem: OrreryProblem, url: string) => readonly string[] | undefined } =
  {
    'workflow.not-failed'({ details: { status } }) {
      if (isEnded(status)) return ['It is over for good: orrery run starts another one.'];
      return ['It has not ended. orrery show ID tells what it waits for; orrery watch ID follows it to its end.'];
    },
    'route.not-found'(_problem, url) {
      const { pathname, origin } = new URL(url);
      if (pathname === '/') return undefined;
      return [`The address has a path, ${pathname}, and no server answers below it. Try without: --url ${origin}`];
    },
  };

const isEnded = (status: unknown) => status === 'completed' || status === 'compensated' || status === 'cancelled';

/**
 * Any error as one that is told in words, for somebody who looked for the server at this address; what was not foreseen
 * stays as it is, and is a bug.
 */
export function explained(error: unknown, url = DEFAULT_URL): unknown {
  if (error instanceof OrreryProblem) return ofProblem(error, url);
  if (error instanceof OrreryUnreachable) return ofSilence(error);
  if (error instanceof OrreryTimeout)
    return new CliError({ exitCode: EXIT.timeout, code: 'timeout', what: error.message });
  if (error instanceof InvalidConfiguration)
    return new CliError({
      exitCode: EXIT.usage,
      code: 'configuration.invalid',
      what: error.faults.join('; ').replace(/\.$/, ''),
    });
  // Of a limit that is checked here already, before a server is asked.
  if (error instanceof TooLarge) return new CliError({ exitCode: EXIT.usage, code: error.code, what: error.message });
  return error;
}

/** The exit code for a refusal with this status. */
export function exitCodeOf(status: number): ExitCode {
  const known = EXIT_OF_STATUS[status];
  if (known !== undefined) return known;
  if (status === 500) return EXIT.failed;
  return status > 500 ? EXIT.unavailable : EXIT.usage;
}

function ofProblem(problem: OrreryProblem, url: string): CliError {
  const { code, status, detail, errors } = problem;
  if (code === 'http.unexpected') return ofStranger(detail);
  const places = errors.map(({ pointer, ...fault }): Place => ({ ...fault, source: pointer || 'the request' }));
  // A single fault in the request as a whole says no more than the refusal does.
  const isSaid = places.length === 1 && places[0]!.message === detail;
  return new CliError({
    exitCode: exitCodeOf(status),
    code,
    what: detail,
    places: isSaid ? [] : places,
    why: status === 500 ? `The server's log has it as request ${problem.requestId}.` : undefined,
    fix: WAYS_OUT_OF[code]?.(problem, url) ?? WAYS_OUT[code],
  });
}

/** Something answered that is no Orrery: a proxy, or a server of another kind. */
function ofStranger(detail: string): CliError {
  const [, status = '', text = ''] = /answered (\d+ ?[^:]*): ?([\s\S]*)$/.exec(detail) ?? [];
  return new CliError({
    exitCode: EXIT.unavailable,
    code: 'server.stranger',
    what: `what answers at ${detail.split(' ', 1)[0]} is no Orrery server`,
    why: `It said ${status.trim()}${text ? `: ${text.slice(0, 80).trim()}` : ''}.`,
    fix: ['Check the address: --url, or ORRERY_URL.'],
  });
}

const SILENCES: { readonly [reason: string]: (url: URL) => string } = {
  ECONNREFUSED: ({ origin }) => `there is no server at ${origin}`,
  ENOTFOUND: ({ hostname }) => `there is no machine called ${hostname}`,
  EAI_AGAIN: ({ hostname }) => `the name ${hostname} cannot be looked up just now`,
  TIMEOUT: ({ origin }) => `the server at ${origin} does not answer`,
  EHOSTUNREACH: ({ hostname }) => `${hostname} cannot be reached from here`,
  ENETUNREACH: ({ hostname }) => `${hostname} cannot be reached from here`,
};

function ofSilence({ url, reason, cause }: OrreryUnreachable): CliError {
  if (cause instanceof SyntaxError) return ofStranger(`${url} answered text that is not JSON: `);
  const words = SILENCES[reason]?.(new URL(url)) ?? `the server at ${url} does not answer: ${reason}`;
  return new CliError({
    exitCode: EXIT.unavailable,
    code: 'server.unreachable',
    what: words,
    fix: ['Start one with orrery up, or say where it is: --url, ORRERY_URL or orrery context use.'],
  });
}
