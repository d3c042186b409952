/**
 * Moves every checkpoint to its place in the renumbered log, as long as the old order can still be asked: just before
 * the first commit of its partition that it had not passed, in order of position. What stood after that one and had been
 * passed all the same is read once more, which every follower bears; nothing is skipped.
 */
export const MAP_CHECKPOINTS = `
  update checkpoints k
     set transaction_id = pg_current_xact_id(),
         position = coalesce(
           (select min(c.position) - 1 from commits c
             where c.partition = k.partition and (c.transaction_id, c.position) > (k.transaction_id, k.position)),
           (select max(c.position) from commits c),
           0)`;

/**
 * Gives every commit the transaction id of the renumbering itself, so that the log's order is that of the positions,
 * every commit is below the horizon as soon as this one is, and every later one comes after them.
 */
export const RENUMBER_COMMITS = 'update commits set transaction_id = pg_current_xact_id()';
