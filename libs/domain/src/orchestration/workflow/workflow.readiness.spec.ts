import { describe, expect, test } from '@jest/globals';
import { RUN_ID, runsOf, start } from '../testing/run-words.js';
import { StartWorkflow } from './workflow.commands.js';

describe('a run starts', () => {
  const { nothing, after, started, queued, completed, done, complete } = runsOf({ a: {}, b: {}, c: { after: ['a'] } });

  test('with every task that depends on nothing', () => {
    nothing.when(start({ n: 1 })).then([started({ n: 1 }), queued('a'), queued('b')]);
  });

  test('with the labels and the priority that it was given', () => {
    const plain = start();
    const said = { ...plain.data, labels: { team: 'a' }, priority: 7 };
    nothing
      .when(new StartWorkflow(said))
      .then([{ ...started(), labels: { team: 'a' }, priority: 7 }, queued('a'), queued('b')]);
    const unsaid = after(new StartWorkflow({ ...said, labels: undefined, priority: undefined })).events[0]!;
    expect(unsaid).not.toHaveProperty('labels');
    expect(unsaid).not.toHaveProperty('priority');
  });

  test('of the definition that it was started with, and of no other', () => {
    expect(after(start()).state).toMatchObject({ id: RUN_ID, definitionHash: start().data.definition.hash });
  });

  test('once: the same start again is no change', () => {
    after(start()).when(start()).thenNothing();
  });

  test('and completes when every task has', () => {
    after(start(), complete('a'), complete('b'))
      .when(complete('c', { output: 7 }))
      .then([completed('c', { output: 7 }), done()]);
  });

  test('at once when there is nothing to do', () => {
    const empty = runsOf({}, { output: () => 'that was all' });
    empty.nothing.when(start()).then([empty.started(), empty.done('that was all')]);
  });
});

describe('a task is ready', () => {
  test('when the last of the tasks that it depends on has completed, whichever that is', () => {
    const { after, queued, completed, complete } = runsOf({ a: {}, b: {}, join: { after: ['a', 'b'] } });
    const aDone = after(start())
      .when(complete('a'))
      .then([completed('a')]);
    aDone.when(complete('b')).then([completed('b'), queued('join')]);
    const bDone = after(start())
      .when(complete('b'))
      .then([completed('b')]);
    bDone.when(complete('a')).then([completed('a'), queued('join')]);
  });

  test('together with all others that waited for the same one, in the order of the definition', () => {
    const { after, queued, completed, complete } = runsOf({
      z: { after: ['fork'] },
      fork: {},
      y: { after: ['fork'] },
      other: {},
      x: { after: ['fork', 'other'] },
    });
    after(start())
      .when(complete('fork'))
      .then([completed('fork'), queued('z'), queued('y')]);
  });

  test('once, in a diamond', () => {
    const { after, queued, completed, complete, done } = runsOf({
      top: {},
      left: { after: ['top'] },
      right: { after: ['top'] },
      bottom: { after: ['left', 'right'] },
    });
    after(start())
      .when(complete('top'))
      .then([completed('top'), queued('left'), queued('right')])
      .when(complete('right'))
      .then([completed('right')])
      .when(complete('left'))
      .then([completed('left'), queued('bottom')])
      .when(complete('bottom'))
      .then([completed('bottom'), done()]);
  });

  test('whatever its name: "__proto__" is a key like any other', () => {
    const { after, queued, completed, complete, done } = runsOf(
      { ['__proto__']: {}, toString: { after: ['__proto__'] } },
      { output: ({ tasks }) => Object.entries(tasks).map(([key, { output }]) => [key, output]) },
    );
    after(start())
      .when(complete('__proto__', { output: 1 }))
      .then([completed('__proto__', { output: 1 }), queued('toString')])
      .when(complete('toString', { output: 2 }))
      .then([
        completed('toString', { output: 2 }),
        done([
          ['__proto__', 1],
          ['toString', 2],
        ]),
      ]);
  });
});

describe('the output of a run', () => {
  test('is what its expression gives when the last task is done', () => {
    const { after, complete, completed, done } = runsOf(
      { a: {} },
      { output: ({ input, tasks, workflow }) => ({ input, a: tasks['a']!.output, workflow }) },
    );
    after(start('in'))
      .when(complete('a', { output: 'out' }))
      .then([
        completed('a', { output: 'out' }),
        done({ input: 'in', a: 'out', workflow: { id: RUN_ID, startedAt: '2023-11-14T22:13:20.000Z' } }),
      ]);
  });
});
