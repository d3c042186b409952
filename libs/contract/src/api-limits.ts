import { LEASE_MS, LIVE_LIMITS } from '@orrery/application';
import { LABELS_MAX, LABEL_CHARACTERS, LIMITS } from '@orrery/domain';

/** The limits of the API itself; those of definitions and runs are the domain's. */
export const API_LIMITS = Object.freeze({
  /** Items of a page, when it is not said how many, and at most. */
  pageItems: 50,
  pageItemsMax: 100,
  eventsPerPageMax: 1_000,
  urlBytes: 8_192,
  headersBytes: 16_384,
  /** The longest time a request may wait for something to happen, in milliseconds. */
  waitMs: 60_000,
  pollTasks: 1_000,
  workerTypes: 100,
  workerSlots: 10_000,
  resultsPerRequest: 1_000,
  batchItems: 1_000,
  labels: LABELS_MAX,
  labelCharacters: LABEL_CHARACTERS,
  searchCharacters: 1_024,
  idempotencyKeyCharacters: 255,
  errorCharacters: 65_536,
  /** A cursor of the live feed has a place in each database. */
  feedCursorCharacters: 4_096,
  subscriptionIdCharacters: 128,
});

/** Of a session over a socket, a worker's or a client's. */
export const SESSION_LIMITS = Object.freeze({
  /** A frame in either direction is at most so large: the same as a request's body. */
  frameBytes: LIMITS.requestBodyBytes,
  /** Bodies in JSON come beside this. */
  leaseMs: LEASE_MS,
  beatEveryMs: LEASE_MS / 3,
  /** So long may the first frame take. */
  helloWithinMs: 10_000,
  /** Results that are not answered yet; above it the socket is not read. */
  resultsInFlight: 5_000,
  /** Bytes that wait for a slow reader; above the first nothing more is handed out, above the second it is dropped. */
  bufferedBytes: 4 * 1_048_576,
  bufferedBytesMax: 32 * 1_048_576,
  tasksPerFrame: 500,
  /** Starts and commands of a client that are not answered yet; above it the socket is not read. */
  requestsInFlight: 5_000,
  /** Runs whose ends a client waits for. */
  watchedRuns: 20_000,
});

/** Of a request in GraphQL: what is counted before anything is asked. */
export const GRAPHQL_LIMITS = Object.freeze({
  documentCharacters: 20_000,
  tokens: 2_000,
  /** How deep fields nest; those that ask for the schema have a limit of their own. */
  depth: 10,
  /** Fields, with those of a fragment counted wherever it is spread. */
  fields: 500,
  aliases: 15,
  directives: 50,
  /** Objects that the answer may have at most, by the sizes of the pages that are asked for; a payload counts as ten. */
  cost: 5_000,
});

/** Every limit with its name and value, as `GET /limits` tells it. */
export function allLimits(): { readonly [name: string]: number } {
  return {
    ...LIMITS,
    ...API_LIMITS,
    ...named('session', SESSION_LIMITS),
    ...named('live', LIVE_LIMITS),
    ...named('graphql', GRAPHQL_LIMITS),
  };
}

function named(prefix: string, limits: { readonly [name: string]: number }): { readonly [name: string]: number } {
  const entries = Object.entries(limits).map(([name, value]) => [limitName(prefix, name), value] as const);
  return Object.fromEntries(entries);
}

/** A limit's name among all of them: `graphqlDepth`. */
export function limitName(prefix: string, name: string): string {
  return `${prefix}${name[0]!.toUpperCase()}${name.slice(1)}`;
}
