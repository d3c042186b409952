import { ChildRuns, type ChildStart, EngineCommands, LinkChildRuns, type StreamKey, keyOf } from '@orrery/application';
import { type StreamId } from '@orrery/domain';
import { type Call, type PlantedFault, inMethod } from './plant.js';

type Wishes = Call<
  { told: Map<string, string>; started: Map<string, true> },
  [StreamKey, { readonly wish: string }],
  void
>;

/** Faults in what runs and their children say to each other. */
export const inChildren: readonly PlantedFault[] = [
  {
    name: 'child-never-started',
    breaks: 'an attempt that is a run begins none',
    tellers: ['I9'],
    plant: inMethod(ChildRuns.prototype, 'start', () => undefined),
  },
  {
    name: 'child-twice',
    breaks: 'an attempt begins two runs',
    tellers: ['I5', 'I9'],
    plant: inMethod(ChildRuns.prototype, 'start', ({ args: [child], sound }: Call<ChildRuns, [ChildStart], void>) => {
      sound();
      const { namespace, stream } = child.key;
      const other = stream.endsWith('0') ? `${stream.slice(0, -1)}1` : `${stream.slice(0, -1)}0`;
      sound({ ...child, key: { namespace, stream: other as StreamId } });
    }),
  },
  {
    name: 'child-told-is-started',
    breaks: 'a child that begins in the commit in which its parent goes on is taken as started',
    tellers: ['I9'],
    plant: inMethod(LinkChildRuns.prototype, 'wishOf', ({ self, args: [key, { wish }], sound }: Wishes) => {
      if (wish === 'go on') self.started.set(keyOf(key), true);
      sound();
    }),
  },
  {
    name: 'child-never-goes-on',
    breaks: 'a child that paused with its parent does not go on with it',
    tellers: ['I9'],
    plant: inMethod(LinkChildRuns.prototype, 'wishOf', ({ args: [, { wish }], sound }: Wishes) => {
      if (wish !== 'go on') sound();
    }),
  },
  {
    name: 'child-end-untold',
    breaks: 'a parent is not told how its child ended',
    tellers: ['I9'],
    plant: inMethod(ChildRuns.prototype, 'tell', () => undefined),
  },
  {
    name: 'child-tried-once',
    breaks: 'what a parent and its child have to say is not said again when the log cannot be reached',
    tellers: ['I9'],
    plant: inMethod(
      EngineCommands.prototype,
      'untilReached',
      ({ args: [work] }: Call<EngineCommands, [() => Promise<unknown>], Promise<unknown>>) =>
        work().catch(() => undefined),
    ),
  },
];
