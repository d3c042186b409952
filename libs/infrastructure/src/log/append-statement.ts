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

// Of a stream that was forgotten only the last row is there, which a row that begins it would not meet. So such rows name
// their streams besides ($9, $10), and if there is anything of one of them, nothing is appended. `max` asks the index.
const IS_THERE = `
  (select max(c.first_version) from commits c where c.namespace = b.namespace and c.stream_id = b.stream_id) is not null`;
const NONE_THERE = `
  where not exists (select from unnest($9::text[], $10::uuid[]) as b (namespace, stream_id) where ${IS_THERE})`;
const BEGIN_FEW = { name: 'begin-few', text: `${INSERT} ${NONE_THERE} returning transaction_id, position` };
const BEGIN_MANY = {
  name: 'begin-many',
  text: `with taken as (${INSERT} ${NONE_THERE} returning position)
         select pg_current_xact_id(), max(position) from taken`,
};
export const WHICH_ARE_THERE = {
  name: 'which-are-there',
  text: `select namespace, stream_id from unnest($1::text[], $2::uuid[]) as b (namespace, stream_id) where ${IS_THERE}`,
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

/** Appends a batch by one statement, or by more where the first shows that a stream has conflicted. */
export class AppendStatement {
  private readonly arrays = new BinaryArrays();
  private cautious = 0;

  async run(ask: Ask, rows: readonly NewCommit[]): Promise<Appended> {
    const begun = rows.filter(({ begins }) => begins);
    if (this.cautious > 0) {
      this.cautious -= 1;
      return this.pickOut(ask, rows, begun);
    }
    const taken = await this.appendAll(ask, rows, begun);
    if (taken) return taken;
    this.cautious = CAUTIOUS_BATCHES;
    return this.pickOut(ask, rows, begun);
  }

  /** Nothing is appended if it conflicts, and then it returns nothing. */
  private async appendAll(
    ask: Ask,
    rows: readonly NewCommit[],
    begun: readonly NewCommit[],
  ): Promise<Appended | undefined> {
    const [few, many] = begun.length > 0 ? [BEGIN_FEW, BEGIN_MANY] : [APPEND_FEW, APPEND_MANY];
    try {
      const values = this.encode(rows);
      if (begun.length > 0) values.push(...this.keys(begun));
      return whereTheyStand(await ask({ ...(rows.length <= FEW ? few : many), values }));
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      return undefined;
    }
  }

  /** Appends those that do not conflict. */
  private async pickOut(ask: Ask, rows: readonly NewCommit[], begun: readonly NewCommit[]): Promise<Appended> {
    const conflicts = new Set<string>();
    if (begun.length > 0) {
      this.arrays.reset();
      const there = await ask({ ...WHICH_ARE_THERE, values: this.keys(begun) });
      for (const [namespace, stream] of there) conflicts.add(keyOf({ namespace, stream } as StreamKey));
    }
    const others = rows.filter((row) => !conflicts.has(keyOf(row)));
    if (others.length === 0) return { ...NOTHING_APPENDED, conflicts };
    const taken = await ask({ ...APPEND_OR_PASS, values: this.encode(others) });
    for (const row of others) conflicts.add(keyOf(row));
    for (const [, , namespace, stream] of taken) conflicts.delete(keyOf({ namespace, stream } as StreamKey));
    return { ...(whereTheyStand(taken) ?? NOTHING_APPENDED), conflicts };
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

  private keys(rows: readonly NewCommit[]): Buffer[] {
    const { arrays } = this;
    return [arrays.texts(Oid.text, rows, (row) => row.namespace), arrays.uuids(rows, (row) => row.stream)];
  }
}

// Rows are inserted in the order they were given, so the last one returned stands last.
function whereTheyStand(taken: readonly LaneRow[]): Appended | undefined {
  const [transactionId, position] = taken.at(-1) ?? [];
  if (position == null) return undefined;
  return { ...NOTHING_APPENDED, transactionId: BigInt(transactionId!), lastPosition: BigInt(position) };
}
