import type { Cursor, Move } from '@orrery/application';
import type { ClientBase } from 'pg';

const LOAD = `
  select partition, transaction_id::text, position::text
    from checkpoints where follower = $1 and partition = any($2::int2[])`;

const LOAD_PASSED_BY_ALL = `
  select distinct on (partition) partition, transaction_id::text, position::text
    from checkpoints where partition = any($1::int2[])
   order by partition, transaction_id, position`;

// A follower that has never read a partition has no row there: its first move makes one, unless another was faster.
const MOVES = `
  with moves as (
    select * from unnest($2::int2[], $3::xid8[], $4::bigint[], $5::xid8[], $6::bigint[])
                  as m (partition, from_transaction, from_position, to_transaction, to_position)),
  moved as (
    update checkpoints c set transaction_id = m.to_transaction, position = m.to_position
      from moves m
     where c.follower = $1 and c.partition = m.partition
       and c.transaction_id = m.from_transaction and c.position = m.from_position
    returning c.partition),
  begun as (
    insert into checkpoints (follower, partition, transaction_id, position)
    select $1, partition, to_transaction, to_position from moves
     where from_transaction = '0'::xid8 and from_position = 0
    on conflict do nothing
    returning partition)`;
const ALL_MOVED = `(select count(*) from moved) + (select count(*) from begun) = (select count(*) from moves)`;

const MOVE = { name: 'move-checkpoints', text: `${MOVES} select ${ALL_MOVED} as all_moved` };
const MOVE_OR_FAIL = { name: 'move-checkpoints-or-fail', text: `${MOVES} select 1 / (${ALL_MOVED})::int` };

/** How `moveCheckpointsOrFail` fails: division by zero. */
export const CHECKPOINT_MOVED = '22012';

/**
 * Moves a follower's checkpoints in the caller's own transaction, together with what the follower writes. False:
 * somebody else moved one of them; the caller must roll back.
 */
export async function moveCheckpoints(
  client: Pick<ClientBase, 'query'>,
  follower: string,
  moves: readonly Move[],
): Promise<boolean> {
  const { rows } = await client.query<{ all_moved: boolean }>({ ...MOVE, values: valuesOf(follower, moves) });
  return rows[0]!.all_moved;
}

/** The same as a statement that is sent together with others: where `moveCheckpoints` says false, it ends the transaction. */
export function moveCheckpointsOrFail(follower: string, moves: readonly Move[]) {
  return { ...MOVE_OR_FAIL, values: valuesOf(follower, moves) };
}

function valuesOf(follower: string, moves: readonly Move[]): unknown[] {
  // In one order for everybody, so that two followers never wait for each other in a ring.
  const inOrder = [...moves].sort((a, b) => a.partition - b.partition);
  return [
    follower,
    inOrder.map(({ partition }) => partition),
    inOrder.map(({ from }) => from.transactionId.toString()),
    inOrder.map(({ from }) => from.position.toString()),
    inOrder.map(({ to }) => to.transactionId.toString()),
    inOrder.map(({ to }) => to.position.toString()),
  ];
}

/** A follower's checkpoints, in the snapshot of the caller; partitions that it has never read are missing. */
export async function loadCheckpoints(
  client: Pick<ClientBase, 'query'>,
  follower: string,
  partitions: readonly number[],
): Promise<Map<number, Cursor>> {
  const { rows } = await client.query<Row>(LOAD, [follower, partitions]);
  return cursorsOf(rows);
}

/** The checkpoint of whoever is the furthest behind, by partition; partitions that nobody has ever read are missing. */
export async function loadPassedByAll(
  client: Pick<ClientBase, 'query'>,
  partitions: readonly number[],
): Promise<Map<number, Cursor>> {
  const { rows } = await client.query<Row>(LOAD_PASSED_BY_ALL, [partitions]);
  return cursorsOf(rows);
}

interface Row {
  readonly partition: number;
  readonly transaction_id: string;
  readonly position: string;
}

function cursorsOf(rows: readonly Row[]): Map<number, Cursor> {
  return new Map(
    rows.map(({ partition, transaction_id, position }) => [
      partition,
      { transactionId: BigInt(transaction_id), position: BigInt(position) },
    ]),
  );
}
