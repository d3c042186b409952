import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { startProxy } from '../rabbitmq/testing/cuttable-proxy.js';
import { changeFanOutContract, listening, someKey } from './change-fan-out.contract.js';
import { openRedis } from './open-redis.js';
import { describeRedis } from './testing/describe-redis.js';
import { PATIENT_MS, untilUp, someInstallation } from './testing/some-installation.js';

const open = (url: string) => openRedis({ url, answerWithinMs: PATIENT_MS, onError: () => undefined });

describeRedis('Redis', (url) => {
  changeFanOutContract('RedisChangeFanOut', async () => {
    const mine = someInstallation();
    const opened = [open(url), open(url), open(url)] as const;
    for (const redis of opened) await untilUp(redis, true);
    return {
      one: opened[0].changeFanOut(mine),
      other: opened[1].changeFanOut(mine),
      stranger: opened[2].changeFanOut(someInstallation()),
      close: async () => void (await Promise.all(opened.map((redis) => redis.close()))),
    };
  });

  it('that was away tells again what commits, once it is back', async () => {
    const mine = someInstallation();
    const proxy = await startProxy(new URL(url));
    const [near, far] = [open(url), open(proxy.url)];
    await untilUp(near, true);
    await untilUp(far, true);
    const heard = await listening(far.changeFanOut(mine), near.changeFanOut(mine));
    proxy.shut();
    await untilUp(far, false);
    proxy.open();
    await untilUp(far, true);
    while (!heard.some(([{ stream }]) => stream === someKey(1).stream)) {
      near.changeFanOut(mine).tell(someKey(1), true);
      await pause(5);
    }
    await Promise.all([near.close(), far.close(), proxy.close()]);
  });

  it('is listened to past what is no word of ours', async () => {
    const mine = someInstallation();
    const [one, other] = [open(url), open(url)];
    await untilUp(one, true);
    await untilUp(other, true);
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
