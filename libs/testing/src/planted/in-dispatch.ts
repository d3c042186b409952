import {
  DispatchQueuedTasks,
  Dispatcher,
  Leases,
  type LeasesDue,
  type Report,
  RunTimers,
  ShareTasks,
  TakeOffers,
} from '@orrery/application';

import { type Call, type PlantedFault, inMethod } from './plant.js';

/** Faults in how tasks are handed out and reported, and in the timers. */
export const inDispatch: readonly PlantedFault[] = [
  {
    name: 'lost-wake-up',
    breaks: 'a worker that has room again is not thought of',
    tellers: ['I9'],
    plant: inMethod(Dispatcher.prototype, 'freed', () => undefined),
  },
  {
    name: 'lease-for-ever',
    breaks: 'a lease does not end when nothing is heard of its worker',
    tellers: ['I9'],
    plant: inMethod(Leases.prototype, 'due', ({ sound }: Call<Leases, unknown[], LeasesDue>) => ({
      ...sound(),
      lost: [],
    })),
  },
  {
    name: 'reported-once',
    breaks: 'a result that could not be written at once is not told again',
    tellers: ['I9'],
    plant: inMethod(
      Dispatcher.prototype,
      'reportUntilDone',
      ({ self, args: [report, , done] }: Call<Dispatcher, [Report, string, () => void], void>) => {
        self.report(report).then(done, done);
      },
    ),
  },
  {
    name: 'withdrawal-forgotten',
    breaks: 'what is queued in a run that stops stays queued',
    tellers: ['I9'],
    plant: inMethod(DispatchQueuedTasks.prototype, 'stop', () => undefined),
  },
  {
    name: 'resume-forgotten',
    breaks: 'what a pause took out of the queues does not come back',
    tellers: ['I9'],
    plant: inMethod(
      DispatchQueuedTasks.prototype,
      'offer',
      ({ self, args: [run], sound }: Call<{ held: WeakMap<object, unknown> }, [object], void>) => {
        if (!self.held.has(run)) sound();
      },
    ),
  },
  {
    name: 'offers-not-made',
    breaks: 'what only others can do is not offered to them',
    tellers: ['I9'],
    plant: inMethod(ShareTasks.prototype, 'findTakers', () => Promise.resolve()),
  },
  {
    name: 'offers-not-taken',
    breaks: 'what others offer is not taken',
    tellers: ['I9'],
    plant: inMethod(TakeOffers.prototype, 'look', () => Promise.resolve()),
  },
  {
    name: 'timers-forgotten',
    breaks: 'what a run waits for never falls due',
    tellers: ['I9'],
    plant: inMethod(RunTimers.prototype, 'follow', () => undefined),
  },
  {
    name: 'earlier-timer-missed',
    breaks: 'a timer before the one that is waited for is not woken for',
    tellers: ['I9', 'I14'],
    plant: inMethod(RunTimers.prototype, 'sleep', ({ self, sound }: Call<{ wake: unknown }, [], void>) => {
      if (!self.wake) sound();
    }),
  },
];
