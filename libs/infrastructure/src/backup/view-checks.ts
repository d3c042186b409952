import { NOT_OF_RUN, VIEWS_FOLLOWER } from '@orrery/application';

/** A statement that finds what must not be, each with its namespace and what it is called. */
export interface ViewCheck {
  readonly of: string;
  readonly says: string;
  readonly text: string;
}

const LIMIT = 'limit 20';

// How far the views have come is told by their checkpoints: of what they have passed they must know all, and of what
// stands beyond they may know nothing.
const LAST_PASSED = `
  select c.namespace, c.stream_id, c.last_version, right(c.events::text, 33) as last_event
    from (select namespace, stream_id, max(first_version) as first_version
            from commits group by namespace, stream_id) l
    join commits c using (namespace, stream_id, first_version)
    join checkpoints k on k.follower = '${VIEWS_FOLLOWER}' and k.partition = c.partition
     and (k.transaction_id, k.position) >= (c.transaction_id, c.position)
   where `;
const OF_RUN = `${LAST_PASSED} not starts_with(c.events::text, '${NOT_OF_RUN}')`;
const OF_LETTER = `${LAST_PASSED} starts_with(c.events::text, '[{"type":"DeadLetter')`;
const DELETION = `'{"type":"WorkflowDeleted","v":1}]'`;

/** What the lists say, held against the log. */
export const VIEW_CHECKS: readonly ViewCheck[] = [
  {
    of: 'runs',
    says: 'is listed at a version that it never had',
    text: `
      select r.namespace, r.id::text as name from runs r
       where not exists (select from commits c where c.namespace = r.namespace and c.stream_id = r.id
                                                 and c.last_version = r.version) ${LIMIT}`,
  },
  {
    of: 'runs',
    says: 'is not listed as it is',
    text: `
      select l.namespace, l.stream_id::text as name from (${OF_RUN}) l
        left join runs r on r.namespace = l.namespace and r.id = l.stream_id
       where not l.last_event like '%' || ${DELETION} and r.version is distinct from l.last_version ${LIMIT}`,
  },
  {
    of: 'runs',
    says: 'is listed, and was deleted',
    text: `
      select l.namespace, l.stream_id::text as name from (${OF_RUN}) l
        join runs r on r.namespace = l.namespace and r.id = l.stream_id
       where l.last_event like '%' || ${DELETION} ${LIMIT}`,
  },
  {
    of: 'dead letters',
    says: 'is listed at a version that it never had',
    text: `
      select d.namespace, d.id::text as name from dead_letters d
       where not exists (select from commits c where c.namespace = d.namespace and c.stream_id = d.id
                                                 and c.last_version = d.version) ${LIMIT}`,
  },
  {
    of: 'dead letters',
    says: 'is not listed as it is',
    text: `
      select l.namespace, l.stream_id::text as name from (${OF_LETTER}) l
        left join dead_letters d on d.namespace = l.namespace and d.id = l.stream_id
       where d.version is distinct from l.last_version ${LIMIT}`,
  },
  {
    of: 'open tasks',
    says: 'has open tasks, and is not listed',
    text: `
      select distinct t.namespace, t.workflow::text as name from open_tasks t
       where not exists (select from runs r where r.namespace = t.namespace and r.id = t.workflow) ${LIMIT}`,
  },
  {
    of: 'definitions',
    says: 'runs a definition whose content is missing',
    text: `
      select r.namespace, r.id::text as name from runs r
       where not exists (select from definition_contents d
                          where d.namespace = r.namespace and d.hash = r.definition_hash) ${LIMIT}`,
  },
];
