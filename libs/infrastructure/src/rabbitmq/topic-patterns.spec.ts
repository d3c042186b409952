import { describe, expect, it } from '@jest/globals';
import { TOPIC_PATTERN, fitsOneOf } from './topic-patterns.js';

describe('A pattern of a topic exchange', () => {
  it.each([
    ['#', 'default.workflow.WorkflowStarted', true],
    ['default.workflow.WorkflowStarted', 'default.workflow.WorkflowStarted', true],
    ['default.workflow.WorkflowStarted', 'default.workflow.WorkflowStartedX', false],
    ['*.workflow.*', 'default.workflow.TaskQueued', true],
    ['*.workflow.*', 'default.definition.DefinitionRegistered', false],
    ['*.*', 'default.workflow.TaskQueued', false],
    ['#.WorkflowCompleted', 'default.workflow.WorkflowCompleted', true],
    ['default.#', 'default', true],
    ['#.workflow.#', 'default.workflow.TaskQueued', true],
    ['default.#.TaskQueued', 'default.workflow.TaskQueued', true],
    ['none', 'default.workflow.TaskQueued', false],
  ])('%s says of %s: %s', (pattern, routingKey, fits) => {
    expect(fitsOneOf([pattern])(routingKey)).toBe(fits);
    expect(fitsOneOf(['nothing', pattern])(routingKey)).toBe(fits);
  });

  it.each(['', 'a..b', 'a.', 'a*', 'a b', '(', 'a.$'])('is not %j', (text) => {
    expect(TOPIC_PATTERN.test(text)).toBe(false);
  });
});
