import type { DefinitionChange } from '@orrery/application';
import type { Statement } from './pipeline.js';
import type { ViewArrays } from './view-arrays.js';

const INSERT_DEFINITIONS = {
  name: 'views-insert-definitions',
  text: `
    insert into definitions (namespace, name, version, hash, registered_at, newest)
    select unnest($1::text[]), unnest($2::text[]), unnest($3::int4[]), unnest($4::text[]), unnest($5::timestamptz[]), false
    on conflict (namespace, name, version) do nothing`,
};

// Versions may be read again, and then late: which is the newest is told by what is there.
const MARK_NEWEST = {
  name: 'views-mark-newest-definitions',
  text: `
    update definitions d
       set newest = (d.version = n.version)
      from (select namespace, name, max(version) as version
              from definitions
             where (namespace, name) in (select unnest($1::text[]), unnest($2::text[]))
             group by namespace, name) n
     where d.namespace = n.namespace and d.name = n.name and d.newest <> (d.version = n.version)`,
};

export function keepDefinitions(arrays: ViewArrays, definitions: readonly DefinitionChange[]): Statement[] {
  const names = [
    arrays.words(definitions, ({ namespace }) => namespace),
    arrays.words(definitions, ({ name }) => name),
  ];
  const rest = [
    arrays.ints(definitions, ({ version }) => version),
    arrays.words(definitions, ({ hash }) => hash),
    arrays.times(definitions, ({ registeredAt }) => registeredAt),
  ];
  return [
    { ...INSERT_DEFINITIONS, values: [...names, ...rest] },
    { ...MARK_NEWEST, values: names },
  ];
}
