import { expect, it } from '@jest/globals';
import { Seldom } from './seldom.js';

it('What is wrong is said once in ten seconds, with how often it was not said', () => {
  const clock = { ms: 0 };
  const seldom = new Seldom(() => clock.ms);
  const said: unknown[] = [];
  const say = (what: string) => seldom.say(what, (counted) => void said.push([clock.ms, what, counted]));
  for (clock.ms = 0; clock.ms <= 12_000; clock.ms += 1_000) say('no database');
  say('no broker');
  expect(said).toEqual([
    [0, 'no database', {}],
    [10_000, 'no database', { leftOut: 9 }],
    [13_000, 'no broker', {}],
  ]);
});
