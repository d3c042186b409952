import { type Commit, GENESIS, chainHash } from '@orrery/application';
import { Judge, type Violation } from './violation.js';

/** I3: the versions of a stream are 1 to n without gap or repeat, and its hashes chain. */
export function checkStream(commits: readonly Commit[], violations: Violation[]): void {
  const judge = new Judge(violations, commits[0]!.stream);
  let hash = GENESIS;
  let version = 0;
  for (const commit of commits) {
    judge.must('I3', commit.firstVersion === version + 1, () => `version ${commit.firstVersion} follows ${version}`);
    hash = chainHash(hash, commit);
    judge.must(
      'I3',
      Buffer.from(hash).equals(Buffer.from(commit.hash)),
      () => `the hash at ${commit.firstVersion} does not chain`,
    );
    hash = commit.hash;
    version = commit.lastVersion;
  }
}
