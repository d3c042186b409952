import { expect, it } from '@jest/globals';
import { Silence } from './silence.js';

it('That no engine answers is said once, after three beats, and that one does again', () => {
  const said: string[] = [];
  const note = (level: string) => (message: string) => void said.push(`${level} ${message}`);
  const log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  let now = 1_000_000;
  const silence = new Silence(log, 'shop', () => now);
  const wait = (ms: number) => {
    now += ms;
    silence.look();
  };
  silence.begin();
  wait(14_999);
  silence.end();
  wait(14_999);
  expect(said).toEqual([]);
  wait(1);
  wait(60_000);
  const silent = 'warn no engine has answered for 15 s: does one run there, and do its queues begin with "shop."?';
  expect(said).toEqual([silent]);
  silence.end();
  wait(15_000);
  expect(said).toEqual([silent, 'info an engine answers', silent]);
});
