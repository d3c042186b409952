import { describe, expect, test } from '@jest/globals';
import { cancel, fire, pause, resume, retry, runsOf, signal, start } from '../testing/run-words.js';
import { DeleteWorkflow } from './workflow.commands.js';

const { after, nothing, begin, complete, fail, deleted } = runsOf({ a: {} });
const remove = () => new DeleteWorkflow({});

describe('deleting a run', () => {
  test.each([
    ['completed', after(start(), complete('a'))],
    ['failed', after(start(), fail('a'))],
    ['cancelled', after(start(), begin('a'), cancel({ compensate: false }), complete('a'))],
  ])('is the last that happens to one that is %s', (status, run) => {
    const gone = run.when(remove()).then([deleted]);
    expect(gone.state).toMatchObject({ status, deleted: true });
    gone.when(remove()).thenNothing();
  });

  test('is refused before its end', () => {
    after(start()).when(remove()).thenRefused('workflow.not-ended');
    after(start(), pause()).when(remove()).thenRefused('workflow.not-ended');
    nothing.when(remove()).thenRefused('workflow.not-found');
  });

  test('leaves nothing that could be asked of it, and its id begins no other', () => {
    const run = after(start(), fail('a'), remove());
    for (const command of [start(), cancel(), pause(), resume(), retry(), signal('go'), begin('a'), complete('a')]) {
      run.when(command).thenRefused('workflow.deleted');
    }
    run.when(fire()).thenNothing();
  });
});
