import type { DeadLetterChange } from '@orrery/application';
import type { Statement } from './pipeline.js';
import { keysOf } from './run-statements.js';
import type { ViewArrays } from './view-arrays.js';

type NewLetter = DeadLetterChange & Required<Pick<DeadLetterChange, 'recorded' | 'why'>>;

const INSERT_DEAD_LETTERS = {
  name: 'views-insert-dead-letters',
  text: `
    insert into dead_letters as d (namespace, id, partition, version, status, changed_at, reason, detail, queue, type,
                                   message_id, bytes, recorded_at)
    select unnest($1::text[]), unnest($2::uuid[]), unnest($3::int2[]), unnest($4::int4[]), unnest($5::text[]),
           unnest($6::timestamptz[]), unnest($7::text[]), unnest($8::text[]), unnest($9::text[]), unnest($10::text[]),
           unnest($11::text[]), unnest($12::int4[]), unnest($13::timestamptz[])
    on conflict (namespace, id) do update
       set version = excluded.version, status = excluded.status, changed_at = excluded.changed_at,
           reason = excluded.reason, detail = excluded.detail
     where d.version < excluded.version`,
};

const CHANGE_DEAD_LETTERS = {
  name: 'views-change-dead-letters',
  text: `
    update dead_letters d
       set version = c.version, status = c.status, changed_at = c.changed_at,
           reason = coalesce(c.reason, d.reason), detail = coalesce(c.detail, d.detail)
      from unnest($1::text[], $2::uuid[], $3::int4[], $4::text[], $5::timestamptz[], $6::text[], $7::text[])
             as c (namespace, id, version, status, changed_at, reason, detail)
     where d.namespace = c.namespace and d.id = c.id and d.version < c.version`,
};

export function keepDeadLetters(arrays: ViewArrays, letters: readonly DeadLetterChange[]): Statement[] {
  const recorded = letters.filter(isNew);
  const changed = letters.filter((letter) => !isNew(letter));
  return [
    ...(recorded.length > 0 ? [insertLetters(arrays, recorded)] : []),
    ...(changed.length > 0 ? [changeLetters(arrays, changed)] : []),
  ];
}

export function isNew(letter: DeadLetterChange): letter is NewLetter {
  return letter.recorded !== undefined;
}

function insertLetters(arrays: ViewArrays, letters: readonly NewLetter[]): Statement {
  const values = [
    ...keysOf(arrays, letters),
    arrays.smallInts(letters, ({ partition }) => partition),
    arrays.ints(letters, ({ version }) => version),
    arrays.words(letters, ({ status }) => status),
    arrays.times(letters, ({ changedAt }) => changedAt),
    arrays.words(letters, ({ why }) => why.reason),
    arrays.words(letters, ({ why }) => why.detail),
    arrays.words(letters, ({ recorded }) => recorded.queue),
    arrays.maybeWords(letters, ({ recorded }) => recorded.type),
    arrays.maybeWords(letters, ({ recorded }) => recorded.messageId),
    arrays.ints(letters, ({ recorded }) => recorded.bytes),
    arrays.times(letters, ({ recorded }) => recorded.recordedAt),
  ];
  return { ...INSERT_DEAD_LETTERS, values };
}

function changeLetters(arrays: ViewArrays, letters: readonly DeadLetterChange[]): Statement {
  const values = [
    ...keysOf(arrays, letters),
    arrays.ints(letters, ({ version }) => version),
    arrays.words(letters, ({ status }) => status),
    arrays.times(letters, ({ changedAt }) => changedAt),
    arrays.maybeWords(letters, ({ why }) => why?.reason ?? null),
    arrays.maybeWords(letters, ({ why }) => why?.detail ?? null),
  ];
  return { ...CHANGE_DEAD_LETTERS, values };
}
