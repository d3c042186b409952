import { wholeNumber } from '../configuration/settings.js';
import { POOL_SIZES, type PoolSizes } from './pools.js';

/** How many connections may be set for any kind of work. */
const SIZE_MAX = 1_000;

/** The settings of every process that works on the database: how many connections each kind of work has at most. */
export const poolSettings = {
  DATABASE_POOL_SIZE: wholeNumber(1, SIZE_MAX, POOL_SIZES.command).describe('How many connections commands have.'),
  DATABASE_MAX_OVERFLOW: wholeNumber(0, SIZE_MAX, POOL_SIZES.overflow).describe(
    'How many more they get when all are busy.',
  ),
  DATABASE_QUERY_POOL_SIZE: wholeNumber(1, SIZE_MAX, POOL_SIZES.query).describe(
    'How many connections queries have, to the primary and to each replica.',
  ),
  DATABASE_FOLLOWER_POOL_SIZE: wholeNumber(1, SIZE_MAX, POOL_SIZES.follower).describe(
    'How many connections there are for what follows the log.',
  ),
};

interface PoolConfig {
  readonly DATABASE_POOL_SIZE: number;
  readonly DATABASE_MAX_OVERFLOW: number;
  readonly DATABASE_QUERY_POOL_SIZE: number;
  readonly DATABASE_FOLLOWER_POOL_SIZE: number;
}

/** What these settings say of the pools. */
export function poolSizes(config: PoolConfig): PoolSizes {
  return {
    command: config.DATABASE_POOL_SIZE,
    overflow: config.DATABASE_MAX_OVERFLOW,
    query: config.DATABASE_QUERY_POOL_SIZE,
    follower: config.DATABASE_FOLLOWER_POOL_SIZE,
  };
}
