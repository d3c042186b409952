import type { ExampleRun } from './run-examples.js';

/** What is to be said of a server that has started. */
export interface Greeting {
  readonly version: string;
  /** Where it answers, without a path. */
  readonly url: string;
  readonly pid: number;
  /** Where our own PostgreSQL keeps its data; null when the database is somebody else's. */
  readonly dataDirectory: string | null;
  /** Where that database is, without its password; null when it is our own. */
  readonly database: string | null;
}

/** The first lines: what runs, where it answers, where the data is. */
export function greetingLines({ version, url, dataDirectory, database }: Greeting): string[] {
  const data = database ?? `${dataDirectory} (a PostgreSQL of its own; fine to develop with, not for production)`;
  return [
    `Orrery ${version} is ready: API, engine and worker in one process.`,
    `  Console ${url}`,
    `  API     ${url}/api/v1`,
    `  Docs    ${url}/docs`,
    `  Data    ${data}`,
    '',
  ];
}

export const EXAMPLES_LINE = 'The store was empty, so the examples run once:';

/** How one example ended. */
export function exampleLine({ status, definition, tookMs, shows }: ExampleRun): string {
  const took = `${(tookMs / 1000).toFixed(1)} s`;
  return `  ${status.padEnd(11)}  ${definition.padEnd(16)}  ${took.padStart(6)}  ${shows}`;
}

/** Three commands to go on with; after the examples, one of them looks at what was undone. */
export function nextCommands({ url }: Greeting, runs: readonly ExampleRun[]): string[] {
  const undone = runs.find(({ status }) => status === 'compensated') ?? runs[0];
  const look = undone ? `${url}/api/v1/workflows/${undone.id}/events` : `${url}/api/v1/definitions`;
  const start = undone
    ? `curl ${url}/api/v1/workflows -H 'content-type: application/json' -d '{"definition":"fan-out","input":{"photo":"mars.raw"}}'`
    : `curl ${url}/api/v1/definitions -H 'content-type: application/yaml' --data-binary @examples/fan-out.yaml`;
  return [`curl ${url}/api/v1/workflows`, `curl ${look}`, start];
}

/** The last lines. */
export function nextLines(greeting: Greeting, runs: readonly ExampleRun[]): string[] {
  return ['Next:', ...nextCommands(greeting, runs).map((command) => `  ${command}`)];
}

/** All of it as one object, for programs. */
export function greetingObject(greeting: Greeting, runs: readonly ExampleRun[]): object {
  const { version, url, pid, dataDirectory, database } = greeting;
  return {
    version,
    pid,
    url,
    console: url,
    api: `${url}/api/v1`,
    docs: `${url}/docs`,
    health: `${url}/health`,
    dataDirectory,
    database,
    production: false,
    examples: runs.map(({ definition, id, status, tookMs }) => ({ definition, id, status, tookMs })),
    next: nextCommands(greeting, runs),
  };
}
