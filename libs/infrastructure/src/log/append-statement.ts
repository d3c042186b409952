import { type Appended, type NewCommit, type StreamKey, keyOf } from '@orrery/application';
import { BinaryArrays, Oid } from './binary-arrays.js';
import type { Ask, LaneRow } from './lane-session.js';
import { UNIQUE_VIOLATION, sqlState } from './sql-errors.js';

// The arrays are taken apart in the select list and not in `from`, which would copy every payload once more.
const INSERT = `
  insert into commits (namespace, partition, stream_id, first_version, last_version, events, metadata, hash)
  select unnest($1::text[]), unnest($2::int2[]), unnest($3::uuid[]), unnest($4::int4[]), unnest($5::int4[]),
         unnest($6::json[]), unnest($7::json[]), unnest($8::bytea[])`;

// A few rows tell for themselves where they stand; of many, one row tells for all.
const FEW = 8;
const APPEND_FEW = { name: 'append-few', text: `${INSERT} returning transaction_id, position` };
const APPEND_MANY = {
  name: 'append-many',
  text: `with taken as (${INSERT} returning position)
         select pg_current_xact_id(), max(position) from taken`,
};

// Leaves out the streams that have a row at that version already, and tells which it took.
const APPEND_OR_PASS = {
  name: 'append-or-pass',
  text: `${INSERT} on conflict (namespace, stream_id, first_version) do nothing
         returning transaction_id, position, namespace, stream_id`,
};

// Where there was one conflict there are often more, and the plain insert would be done for nothing each time.
const CAUTIOUS_BATCHES = 100;

export const NOTHING_APPENDED: Appended = { transactionId: 0n, lastPosition: 0n, conflicts: new Set() };

/** Appends a batch by one statement, or by two where the first shows that a stream has conflicted. */
export class AppendStatement {
  private readonly arrays = new BinaryArrays();
  private cautious = 0;

  async run(ask: Ask, rows: readonly NewCommit[]): Promise<Appended> {
    const values = this.encode(rows);
    if (this.cautious > 0) {
      this.cautious -= 1;
      return appendOrPass(ask, rows, values);
    }
    try {
      return whereTheyStand(await ask({ ...(rows.length <= FEW ? APPEND_FEW : APPEND_MANY), values }));
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      this.cautious = CAUTIOUS_BATCHES;
      return appendOrPass(ask, rows, values);
    }
  }

  private encode(rows: readonly NewCommit[]): Buffer[] {
    const { arrays } = this;
    arrays.reset();
    return [
      arrays.texts(Oid.text, rows, (row) => row.namespace),
      arrays.smallInts(rows, (row) => row.partition),
      arrays.uuids(rows, (row) => row.stream),
      arrays.ints(rows, (row) => row.firstVersion),
      arrays.ints(rows, (row) => row.lastVersion),
      arrays.texts(Oid.json, rows, (row) => row.events),
      arrays.texts(Oid.json, rows, (row) => row.metadata),
      arrays.bytes(rows, (row) => row.hash),
    ];
  }
}

async function appendOrPass(ask: Ask, rows: readonly NewCommit[], values: Buffer[]): Promise<Appended> {
  const taken = await ask({ ...APPEND_OR_PASS, values });
  const conflicts = new Set(rows.map(keyOf));
  for (const [, , namespace, stream] of taken) conflicts.delete(keyOf({ namespace, stream } as StreamKey));
  return { ...(taken.length > 0 ? whereTheyStand(taken) : NOTHING_APPENDED), conflicts };
}

// Rows are inserted in the order they were given, so the last one returned stands last.
function whereTheyStand(taken: readonly LaneRow[]): Appended {
  const [transactionId, position] = taken.at(-1)!;
  return { ...NOTHING_APPENDED, transactionId: BigInt(transactionId!), lastPosition: BigInt(position!) };
}
