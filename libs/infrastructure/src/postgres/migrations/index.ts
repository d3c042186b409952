import { CreateLog0001 } from './0001-create-log.js';
import { CreateViews0002 } from './0002-create-views.js';
import { DeleteRuns0004 } from './0004-delete-runs.js';
import { ListDeadLetters0006 } from './0006-list-dead-letters.js';
import { NameShards0007 } from './0007-name-shards.js';
import { OfferTasks0005 } from './0005-offer-tasks.js';
import { SearchRuns0003 } from './0003-search-runs.js';
import type { MigrationClass } from '../migrate.js';

/**
 * Every change of the schema, in order, named for what it does and numbered by its place: `0001-create-log.ts` exports
 * `class CreateLog0001 implements MigrationInterface`. Only ever added to at the end: one that was released stays as it is.
 */
export const migrations: readonly MigrationClass[] = [
  CreateLog0001,
  CreateViews0002,
  SearchRuns0003,
  DeleteRuns0004,
  OfferTasks0005,
  ListDeadLetters0006,
  NameShards0007,
];
