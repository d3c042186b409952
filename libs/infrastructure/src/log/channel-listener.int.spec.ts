import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { type TestDatabase, testDatabase } from '../postgres/testing/index.js';
import { ChannelListener } from './channel-listener.js';
import { LossyProxy } from './testing/lossy-proxy.js';

describe('ChannelListener', () => {
  let database: TestDatabase;
  let announcer: Pool;
  beforeAll(async () => {
    database = await testDatabase([]);
    announcer = new Pool({ connectionString: database.url });
  });
  afterAll(async () => {
    await announcer.end();
    await database.drop();
  });

  async function listenAt(url: string) {
    const heard: string[] = [];
    const listener = new ChannelListener(url, 'a_channel', (payload) => heard.push(payload));
    await listener.open();
    return { heard, listener };
  }

  it('listens again where its connection stands and the server has fallen silent', async () => {
    const proxy = await LossyProxy.before(database.url);
    const { heard, listener } = await listenAt(proxy.url);
    proxy.blackHole();
    proxy.forget();
    while (heard.length === 0) {
      await announcer.query(`notify a_channel, 'it'`);
      await pause(100);
    }
    await listener.close();
    await proxy.close();
  }, 15_000);

  it('closes though nobody answers any more', async () => {
    const proxy = await LossyProxy.before(database.url);
    const { listener } = await listenAt(proxy.url);
    proxy.blackHole();
    await listener.close();
    await proxy.close();
  });

  it('leaves nothing behind on the server when it is closed', async () => {
    const { listener } = await listenAt(database.url);
    await listener.close();
    const sessions = `select 1 from pg_stat_activity where datname = current_database() and application_name = 'orrery notices'`;
    while ((await announcer.query(sessions)).rows.length > 0) await pause(10);
    expect(await announcer.query(sessions)).toMatchObject({ rows: [] });
  });
});
