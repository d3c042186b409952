import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Installation } from '../../log/installation.js';
import type { OpenRedis } from '../open-redis.js';

/** A busy machine may take its time: an answer is waited for until it comes. */
export const PATIENT_MS = 10_000;

/** An installation that nobody else has, so that what specs keep in a Redis does not meet. */
export const someInstallation = (databaseId = randomBytes(6).toString('hex')): Installation => ({
  partitions: 16,
  epoch: { systemIdentifier: 'test', timeline: 1 },
  databaseId,
  found: 'same',
});

/** Waits until a Redis is there, or is known to be away. */
export async function untilUp(redis: OpenRedis, up: boolean): Promise<void> {
  while ((redis.trouble() === undefined) !== up) await pause(5);
}
