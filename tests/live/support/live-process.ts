import { type Api, createApi } from '@orrery/api';
import { type OpenOrchestration, openOrchestration, openRedis } from '@orrery/infrastructure';
import { pino } from 'pino';
import { until } from '../../e2e/support/until.js';

/** A process with the API, over a database that others use as well. */
export interface LiveProcess extends Pick<OpenOrchestration, 'orchestration'> {
  readonly url: string;
  readonly errors: unknown[];
  /** The API stops, and comes back at the same address. */
  restartApi(): Promise<void>;
  post(path: string, body: object): Promise<{ readonly id: string }>;
  close(): Promise<void>;
}

/** One that is not at work owns nothing: all that it tells was committed elsewhere. */
export async function openLive(
  databaseUrl: string,
  { redisUrl, isAtWork = false }: { readonly redisUrl?: string; readonly isAtWork?: boolean } = {},
): Promise<LiveProcess> {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const redis = redisUrl === undefined ? undefined : openRedis({ url: redisUrl, onError });
  if (redis) await until(async () => redis.trouble() === undefined);
  const open = await openOrchestration({ databaseUrl, version: 'test', onError, redis });
  if (isAtWork) await open.start();
  const listen = async (port: number): Promise<[api: Api, url: string]> => {
    const logger = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) });
    const options = { host: '127.0.0.1', port };
    const api = await createApi({ orchestration: open.orchestration, version: 'test', logger, options });
    return [api, await api.listen()];
  };
  let [api, url] = await listen(0);
  return {
    orchestration: open.orchestration,
    errors,
    get url() {
      return url;
    },
    async restartApi() {
      await api.close();
      [api, url] = await listen(Number(new URL(url).port));
    },
    async post(path, body) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as { readonly id: string };
    },
    async close() {
      await api.close();
      await open.close();
      await redis?.close();
    },
  };
}
