import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Installation } from '../log/installation.js';
import { startProxy } from '../rabbitmq/testing/cuttable-proxy.js';
import { changeFanOutContract, listening, someKey } from './change-fan-out.contract.js';
import { type OpenRedis, openRedis } from './open-redis.js';
import { describeRedis } from './testing/describe-redis.js';

/** A busy machine may take its time: an answer is waited for until it comes. */
const PATIENT_MS = 10_000;

const installation = (databaseId = randomBytes(6).toString('hex')): Installation => ({
  partitions: 16,
  epoch: { systemIdentifier: 'test', timeline: 1 },
  databaseId,
  found: 'same',
});

const open = (url: string) => openRedis({ url, answerWithinMs: PATIENT_MS, onError: () => undefined });
const until = async (redis: OpenRedis, isUp: boolean) => {
  while ((redis.trouble() === undefined) !== isUp) await pause(5);
};

describeRedis('Redis', (url) => {
  changeFanOutContract('RedisChangeFanOut', async () => {
    const mine = installation();
    const opened = [open(url), open(url), open(url)] as const;
    for (const redis of opened) await until(redis, true);
    return {
      one: opened[0].changeFanOut(mine),
      other: opened[1].changeFanOut(mine),
      stranger: opened[2].changeFanOut(installation()),
      close: async () => void (await Promise.all(opened.map((redis) => redis.close()))),
    };
  });

  it('that was away tells again what commits, once it is back', async () => {
    const mine = installation();
    const proxy = await startProxy(new URL(url));
    const [near, far] = [open(url), open(proxy.url)];
    await until(near, true);
    await until(far, true);
    const heard = await listening(far.changeFanOut(mine), near.changeFanOut(mine));
    proxy.shut();
    await until(far, false);
    proxy.open();
    await until(far, true);
    while (!heard.some(([{ stream }]) => stream === someKey(1).stream)) {
      near.changeFanOut(mine).tell(someKey(1), true);
      await pause(5);
    }
    await Promise.all([near.close(), far.close(), proxy.close()]);
  });

  it('is listened to past what is no word of ours', async () => {
    const mine = installation();
    const [one, other] = [open(url), open(url)];
    await until(one, true);
    await until(other, true);
    const told = one.changeFanOut(mine);
    const heard = await listening(other.changeFanOut(mine), told);
    const anybody = new Redis(url);
    const rubbish = ['{', '7', '[]', '[1,2]', '["x",["a"],[1,2,3],null]', '["x",["default","of-anybody",1]]'];
    const channel = `orrery:1:test:1:${mine.databaseId}:changes`;
    for (const message of rubbish) expect(await anybody.publish(channel, message)).toBe(1);
    told.tell(someKey(1), true);
    while (heard.at(-1)?.[0].stream !== someKey(1).stream) await pause(5);
    const news = heard.map(([{ stream }]) => stream).filter((stream) => stream !== someKey(0).stream);
    expect(news).toEqual(['of-anybody', someKey(1).stream]);
    anybody.disconnect();
    await Promise.all([one.close(), other.close()]);
  });
});
