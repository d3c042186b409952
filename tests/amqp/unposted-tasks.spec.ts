import { beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { auditLog } from '../engine/support/audit.js';
import { RemoteWorker } from '../engine/support/remote-worker.js';
import { definition, result, submit } from '../engine/support/runs.js';
import { settled } from '../engine/support/test-clock.js';
import { type Process, World } from '../engine/support/world.js';
import { type PostedTask, openQueues } from './support/fake-broker.js';

const ANYWHERE = { namespace: DEFAULT_NAMESPACE, types: ['work'], slots: 1 };
const three = definition({ a: {}, b: {}, c: {} });
const held = ({ id, leaseToken }: PostedTask) => ({ id, leaseToken });

let world: World;
let process: Process;
let opened: Awaited<ReturnType<typeof openQueues>>;
beforeEach(async () => {
  world = new World();
  process = await world.process().start();
  opened = await openQueues(world, process);
});

describe('Tasks of an owner that died as it had committed them', () => {
  /** Three tasks of a run that an owner handed out before it died, and the queues of who is next. */
  async function takenOver() {
    await opened.beat();
    await world.sessions.save([{ ...ANYWHERE, workerId: 'w1', transport: 'amqp', lastSeenAt: world.clock.now() }]);
    const { id } = await submit(process, three);
    await settled();
    const [claimed, unclaimed, reported] = opened.broker.take();
    process.crash();
    const next = await world.process().start();
    const queues = await openQueues(world, next);
    await queues.beat([held(claimed!)]);
    return { id, next, ...queues, claimed: claimed!, unclaimed: unclaimed!, reported: reported! };
  }

  it('are offered again soon, but for those that a worker says it has', async () => {
    const { next, id, broker, beat, look, say, claimed, unclaimed, reported } = await takenOver();
    await say('ReportTasks', { results: [{ ...held(reported), output: null }] });
    await look();
    expect(broker.take()).toEqual([]);
    await world.advance(1_000);
    await look();
    const again = broker.take();
    expect(again).toMatchObject([{ key: unclaimed.key, attempt: 1 }]);
    expect(await beat([held(claimed), held(unclaimed)])).toMatchObject({
      body: { kept: [claimed.id], lost: [held(unclaimed)] },
    });
    for (const task of [claimed, again[0]!]) await say('ReportTasks', { results: [{ ...held(task), output: null }] });
    expect((await result(next, id)).status).toBe('completed');
    auditLog(world);
  });

  it('are waited for while any lie unread with the broker', async () => {
    const { broker, look, unclaimed } = await takenOver();
    broker.posted.push({ type: 'work', message: { contentType: 'application/json', body: Buffer.from('{}') } });
    for (let looks = 0; looks < 5; looks++) await look();
    expect(broker.posted.splice(0)).toHaveLength(1);
    await look();
    expect(broker.take().map(({ key }) => key)).toContain(unclaimed.key);
  });

  it('are waited for where somebody may have them who is told nothing', async () => {
    const socket = new RemoteWorker(process, { slots: 0, workerId: 'direct' });
    await world.sessions.save([
      { ...ANYWHERE, workerId: socket.workerId, transport: 'stream', lastSeenAt: world.clock.now() },
    ]);
    const { broker, look } = await takenOver();
    for (let looks = 0; looks < 10; looks++) await look();
    expect(broker.take()).toEqual([]);
  });
});
