import { type SessionRow, WorkerSessions } from '@orrery/application';
import type { Namespace } from '@orrery/domain';
import type { Pool } from 'pg';
import { inDomainWords } from '../log/sql-errors.js';
import { ms } from './rows.js';
import { storableText } from './storable.js';
import { ViewArrays } from './view-arrays.js';

const SAVE = {
  name: 'worker-sessions-save',
  text: `
    insert into worker_sessions (namespace, worker_id, types, transport, slots, last_seen_at)
    select unnest($1::text[]), unnest($2::text[]), unnest($3::json[]), unnest($4::text[]), unnest($5::int4[]),
           unnest($6::timestamptz[])
    on conflict (namespace, worker_id) do update
       set (types, transport, slots, last_seen_at) = (
         excluded.types, excluded.transport, excluded.slots, excluded.last_seen_at)`,
};

const SEEN_SINCE = {
  name: 'worker-sessions-seen-since',
  text: `
    select namespace, worker_id as "workerId", types, transport, slots, ${ms('last_seen_at')} as "lastSeenAt"
      from worker_sessions
     where last_seen_at >= to_timestamp($1::float8 / 1000)
     order by namespace, worker_id`,
};

const REMOVE = {
  name: 'worker-sessions-remove',
  text: `delete from worker_sessions where namespace = $1 and worker_id = $2`,
};

/** Keeps the sessions of workers as rows. */
export class PostgresWorkerSessions extends WorkerSessions {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async save(sessions: readonly SessionRow[]): Promise<void> {
    const arrays = new ViewArrays();
    // A statement can write a row once.
    const rows = [...new Map(sessions.map((each) => [`${each.namespace}/${each.workerId}`, each])).values()];
    const values = [
      arrays.words(rows, ({ namespace }) => namespace),
      arrays.words(rows, ({ workerId }) => workerId),
      arrays.json(rows, ({ types }) => types),
      arrays.words(rows, ({ transport }) => transport),
      arrays.ints(rows, ({ slots }) => slots),
      arrays.times(rows, ({ lastSeenAt }) => lastSeenAt),
    ];
    if (rows.length > 0) await inDomainWords(this.pool.query({ ...SAVE, values }));
  }

  override async seenSince(at: number): Promise<readonly SessionRow[]> {
    return (await inDomainWords(this.pool.query<SessionRow>({ ...SEEN_SINCE, values: [at] }))).rows;
  }

  override async remove(namespace: Namespace, workerId: string): Promise<void> {
    await inDomainWords(this.pool.query({ ...REMOVE, values: [namespace, storableText(workerId)] }));
  }
}
