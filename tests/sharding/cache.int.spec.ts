import { expect, it } from '@jest/globals';
import { ANONYMOUS, GetWorkflow, NOTHING_KNOWN } from '@orrery/application';
import { openRedis } from '@orrery/infrastructure';
import { describePrivateRedis } from '@orrery/infrastructure/testing/describe-redis';
import { startPrivateRedis } from '@orrery/infrastructure/testing/redis';
import { definition } from '../engine/support/runs.js';
import { openProcess } from './support/sharded-process.js';
import { idIn, twoDatabases } from './support/two-databases.js';

describePrivateRedis('A Redis before two databases', () => {
  it('stands before the runs of both', async () => {
    const [databases, server] = [await twoDatabases(), await startPrivateRedis()];
    const open = async () => {
      const redis = openRedis({ url: server.url, onError: () => undefined });
      const process = await openProcess(databases.shards, { work: () => null }, { redis });
      const close = async () => {
        await process.close();
        await redis.close();
      };
      return { ...process, close };
    };
    const [writer, reader] = [await open(), await open()];
    const read = ({ orchestration }: typeof writer, id: ReturnType<typeof idIn>) =>
      orchestration.queryHandlers.getWorkflow.execute(
        new GetWorkflow(ANONYMOUS, id, { tasksFrom: 0, payloads: false }, undefined, NOTHING_KNOWN),
      );
    for (const name of ['east', 'west']) {
      const id = await writer.start({ definition: definition({ a: {} }), id: idIn(name) });
      await writer.ended(id);
      expect(await read(writer, id)).toMatchObject({ id, status: 'completed' });
      expect(await read(reader, id)).toMatchObject({ id, status: 'completed' });
    }
    await Promise.all([writer.close(), reader.close()]);
    await server.remove();
    await databases.drop();
  }, 60_000);
});
