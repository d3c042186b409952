import { setTimeout as pause } from 'node:timers/promises';
import type { Standby } from '@orrery/infrastructure/testing';
import type { PrivateRedis } from '@orrery/infrastructure/testing/redis';
import type { Chance } from './chance.js';

/** What was done to a replica. */
export interface Disturbances {
  pauses: number;
  kills: number;
}

/** How often a disturbance is a crash. */
const KILL_SHARE = 0.05;

/** Pauses the replay of a replica and resumes it, at random, and kills it now and then, until `isOver`. */
export async function disturb(standby: Standby, chance: Chance, isOver: () => boolean): Promise<Disturbances> {
  const done: Disturbances = { pauses: 0, kills: 0 };
  while (!isOver()) {
    await pause(chance.between(20, 600));
    if (chance.next() < KILL_SHARE) {
      done.kills += 1;
      await standby.kill();
      await pause(chance.between(0, 1_000));
      await standby.start();
      continue;
    }
    done.pauses += 1;
    await standby.pause();
    await pause(chance.between(10, 800));
    await standby.resume();
  }
  return done;
}

/** Empties a Redis, makes it hang and kills it, at random, until `isOver`. */
export async function disturbRedis(redis: PrivateRedis, chance: Chance, isOver: () => boolean): Promise<void> {
  const hang = async () => {
    redis.hang();
    await pause(chance.between(10, 600));
    redis.resume();
  };
  const kill = async () => {
    await redis.kill();
    await pause(chance.between(0, 300));
    await redis.start();
  };
  const empty = () => redis.use((client) => client.flushall());
  while (!isOver()) {
    await pause(chance.between(50, 800));
    await chance.pick([empty, empty, empty, hang, hang, kill])();
  }
}
