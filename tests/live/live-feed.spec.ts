import { describe, expect, it } from '@jest/globals';
import { type LiveFilter, type LiveSubject, wants } from '@orrery/application';
import fc from 'fast-check';
import { Client, LiveWorld, someFilter } from './support/live-world.js';

const is = <T extends string>(...words: T[]) => fc.constantFrom(...words);
const which = fc.nat({ max: 3 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: is('write'), first: which, second: which, events: fc.nat({ max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ does: is('commit'), which }) },
  { weight: 6, arbitrary: fc.record({ does: is('pass'), many: fc.nat({ max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ does: is('subscribe'), filter: someFilter, from: is('start', 'now') }) },
  { weight: 1, arbitrary: fc.record({ does: is('fill'), which, room: fc.nat({ max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ does: is('makeRoom'), which }) },
  { weight: 2, arbitrary: fc.record({ does: is('reconnect'), which, with: is('last', 'newest') }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Take = { readonly [S in Step as S['does']]: (history: History, step: S) => unknown };

/** A client, from where on it listens, and what had committed when it began to: that may have passed it by. */
interface Follower {
  readonly client: Client;
  readonly from: 'start' | 'now';
  before: readonly string[];
}

interface History {
  readonly world: LiveWorld;
  readonly followers: Follower[];
}

const TAKE: Take = {
  write: ({ world }, { first, second, events }) => world.write(first, second, events + 1),
  commit: ({ world }, { which }) => world.commitOne(which),
  pass: ({ world }, { many }) => world.pass(many),
  subscribe({ world, followers }, { filter, from }) {
    const follower: Follower = { client: new Client(world.feed, filter), from, before: [] };
    followers.push(follower);
    void follower.client.connect(from === 'now' ? undefined : from).then(() => {
      follower.before = from === 'now' ? world.wanted(() => true).flat() : [];
    });
  },
  fill({ followers }, { which, room }) {
    const follower = followers[which];
    if (follower) follower.client.room = room + 1;
  },
  makeRoom: ({ followers }, { which }) => followers[which]?.client.makeRoom(Infinity),
  reconnect({ followers }, { which, with: cursor }) {
    const client = followers[which]?.client;
    if (!client?.subscription) return;
    const after = cursor === 'last' ? client.last : client.subscription.cursor;
    client.disconnect();
    void client.connect(after);
  },
};

function isWantedBy(filter: LiveFilter) {
  return (subject: LiveSubject, type: string) => wants(filter, subject) && (filter.types?.has(type) ?? true);
}

/** Of each database, all that is wanted, once and in order; who listens from some moment on may lack what was before. */
function expectWhole(world: LiveWorld, { client, before }: Follower): void {
  const wanted = world.wanted(isWantedBy(client.filter));
  const missed = wanted.flat().filter((name) => !client.got.includes(name));
  expect(missed.filter((name) => !before.includes(name))).toEqual([]);
  const got = wanted.map((some) => some.filter((name) => !missed.includes(name)));
  expect(world.byDatabase(client.got)).toEqual(got);
}

/** Everything commits, everybody has room, and something more happens to each run: who hears of that has heard the rest. */
async function comeToRest({ world, followers }: History): Promise<void> {
  world.commitAll();
  await world.until(() => followers.every(({ client }) => client.subscription !== undefined));
  for (const { client } of followers) client.makeRoom(Infinity);
  const before = world.wanted(() => true).flat();
  for (const index of world.runs.keys()) await world.write(index, index, 3);
  world.commitAll();
  await world.until(() =>
    followers.every(({ client }) => {
      const wanted = world.wanted(isWantedBy(client.filter)).flat();
      return wanted.every((name) => before.includes(name) || client.got.includes(name));
    }),
  );
}

describe('The live feed', () => {
  it.each([1, 2])(
    'over %s databases tells each subscriber everything it wants, once and in order',
    async (databases) => {
      const histories = fc.record({
        steps: fc.array(step, { minLength: 10, maxLength: 60 }),
        scheduler: fc.scheduler(),
      });
      await fc.assert(
        fc.asyncProperty(histories, async ({ steps, scheduler }) => {
          const world = new LiveWorld(scheduler, databases);
          const history: History = { world, followers: [] };
          for (const each of steps) await TAKE[each.does](history, each as never);
          await comeToRest(history);
          expect(world.errors).toEqual([]);
          for (const follower of history.followers) expectWhole(world, follower);
          await world.stop();
        }),
        { numRuns: 100 },
      );
    },
    60_000,
  );
});
