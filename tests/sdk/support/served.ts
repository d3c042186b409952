import { type Api, createApi } from '@orrery/api';
import type { Orchestration } from '@orrery/application';
import { openOrchestration } from '@orrery/infrastructure';
import { testDatabase } from '@orrery/infrastructure/testing';
import { pino } from 'pino';

/** An API that listens, over an orchestration and a database of its own. */
export interface Served {
  readonly url: string;
  readonly databaseUrl: string;
  readonly api: Api;
  readonly orchestration: Orchestration;
  /** What it logged that it should not have. */
  readonly bugs: unknown[];
  close(): Promise<void>;
}

export async function serve(): Promise<Served> {
  const bugs: unknown[] = [];
  const database = await testDatabase();
  const onError = (error: unknown) => void bugs.push(error);
  const open = await openOrchestration({ databaseUrl: database.url, version: 'test', onError });
  await open.start();
  const logger = pino({ level: 'error' }, { write: (line: string) => void bugs.push(line) });
  const options = { host: '127.0.0.1', port: 0 };
  const api = await createApi({ orchestration: open.orchestration, version: 'test', logger, options });
  const url = await api.listen();
  const close = async () => {
    await api.close();
    await open.close();
    await database.drop();
  };
  return { url, databaseUrl: database.url, api, orchestration: open.orchestration, bugs, close };
}
