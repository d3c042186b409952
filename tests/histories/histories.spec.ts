import { describe, expect, it } from '@jest/globals';
import { GENESIS, Plans, chainHash, commandsOf, deciderOf, eventsOf } from '@orrery/application';
import {
  type DefinitionEvent,
  RegisterDefinition,
  type WorkflowCommand,
  type WorkflowDecider,
  type WorkflowEvent,
  type WorkflowStarted,
  type WorkflowState,
  decide,
  definitionDecider,
  fold,
} from '@orrery/domain';
import { chanceAgain, commandAgain } from '@orrery/testing';
import { readFileSync, readdirSync } from 'node:fs';
import { type History, historyOf, storesOf } from './support/history.js';
import { seenOf } from './support/seen.js';
import { readRun, streamsOf, wholeRuns } from './support/streams.js';

const here = new URL('.', import.meta.url);
const releases = readdirSync(here, { withFileTypes: true }).filter(({ name }) => /^\d/.test(name));
const { version } = JSON.parse(readFileSync(new URL('../../package.json', here), 'utf8')) as { version: string };
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The commits of each run with its rules. */
async function runsOf({ commits, definitions }: History) {
  const { contents } = await storesOf({ commits: [], definitions });
  const plans = new Plans(contents);
  return Promise.all(
    wholeRuns(commits).map(async (run) => {
      const { definition } = eventsOf(run[0]!)[0]!.event as WorkflowStarted;
      return { commits: run, contents, decider: deciderOf(await plans.get(run[0]!.namespace, definition.hash)) };
    }),
  );
}

const folded = (decider: WorkflowDecider, events: readonly WorkflowEvent[], state?: WorkflowState) =>
  fold<WorkflowState, WorkflowCommand, WorkflowEvent>(decider, events, state);

function expectChained({ commits }: History): void {
  for (const stream of streamsOf(commits)) {
    // Of a run that was forgotten only the end is left.
    if (stream[0]!.firstVersion > 1) continue;
    let previous = { lastVersion: 0, hash: GENESIS };
    for (const commit of stream) {
      expect(commit.firstVersion).toBe(previous.lastVersion + 1);
      expect(commit.hash).toEqual(Buffer.from(chainHash(previous.hash, commit)));
      previous = commit;
    }
  }
}

async function expectSameDecisions(history: History): Promise<void> {
  for (const { commits, decider } of await runsOf(history)) {
    let state = decider.initial();
    for (const { entry, events } of commits.flatMap((commit) => commandsOf<WorkflowEvent>(commit))) {
      const recorded = events.map(({ event }) => event);
      const decided = { events: recorded, state, plan: decider.plan, at: entry.at };
      const moment = { now: entry.at, random: chanceAgain(decided) };
      const again = decide<WorkflowState, WorkflowCommand, WorkflowEvent>(
        decider,
        commandAgain(decided),
        state,
        moment,
      );
      expect({ version: events[0]!.version, events: copy(again.events) }).toEqual({
        version: events[0]!.version,
        events: recorded,
      });
      state = again.state;
    }
  }
}

function expectSameRegistrations({ commits }: History): void {
  for (const stream of streamsOf(commits)) {
    const recorded = stream.flatMap((commit) => eventsOf<DefinitionEvent>(commit).map(({ event }) => event));
    if (recorded[0]!.type !== 'DefinitionRegistered') continue;
    let state = definitionDecider.initial();
    for (const event of recorded) {
      const { name, hash } = event;
      const again = decide(definitionDecider, new RegisterDefinition({ name, hash }), state, {
        now: 0,
        random: () => 0,
      });
      expect(again.events).toEqual([event]);
      state = again.state;
    }
  }
}

/** Wherever a state is stored and read again, the same comes of what follows. */
async function expectSameFromAnyVersion(history: History): Promise<void> {
  for (const { commits, decider } of await runsOf(history)) {
    const events = commits.flatMap((commit) => eventsOf<WorkflowEvent>(commit).map(({ event }) => event));
    const whole = copy(folded(decider, events));
    for (let version = 1; version < events.length; version += 1) {
      const stored = copy(folded(decider, events.slice(0, version)));
      expect(copy(folded(decider, events.slice(version), stored))).toEqual(whole);
    }
  }
}

/** A snapshot that the release took is read as it was meant, or not at all: then the version of the state has moved. */
async function expectSameFromSnapshots(history: History): Promise<void> {
  for (const { commits, contents } of await runsOf(history)) {
    const whole = (await readRun(commits, contents))!;
    for (const snapshot of history.snapshots.filter(({ stream }) => stream === commits[0]!.stream)) {
      const run = await readRun(commits, contents, snapshot);
      if (!run) continue;
      expect(copy(run.snapshot())).toEqual(copy(whole.snapshot()));
    }
  }
}

describe('The histories of every release', () => {
  it('are there for this one: npm run histories:record', () => {
    expect(releases.map(({ name }) => name)).toContain(version);
  });

  for (const { name: release } of releases) {
    describe(release, () => {
      for (const file of readdirSync(new URL(`${release}/`, here))) {
        const history = historyOf(readFileSync(new URL(`${release}/${file}`, here), 'utf8'));

        describe(file, () => {
          it('keeps its versions and its hashes', () => expectChained(history));

          it('is decided again as it was', async () => {
            await expectSameDecisions(history);
            expectSameRegistrations(history);
          });

          it('looks as it did, on the pages of its runs and in the lists', async () => {
            const { store, contents } = await storesOf(history);
            expect(copy(await seenOf(store, contents))).toMatchObject(copy(history.seen) as object);
          });

          it('goes on from any version and from its snapshots as from the start', async () => {
            await expectSameFromAnyVersion(history);
            await expectSameFromSnapshots(history);
          });
        });
      }
    });
  }
});
