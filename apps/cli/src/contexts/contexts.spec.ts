import { describe, expect, it } from '@jest/globals';
import { NO_CONTEXTS, contextName, contextsIn, contextsText, serverCalled } from './contexts.js';

const servers = new Map([
  ['staging', { url: 'https://staging.example.org' }],
  ['production', { url: 'https://example.org' }],
]);

describe('Contexts', () => {
  it.each([NO_CONTEXTS, { current: 'staging', servers }])('are read as they were kept', (contexts) => {
    expect(contextsIn(contextsText(contexts))).toEqual(contexts);
  });

  it.each([
    '',
    '[]',
    '{}',
    '{ "contexts": [] }',
    '{ "current": 1, "contexts": {} }',
    '{ "current": null, "contexts": { "a": { "url": 1 } } }',
    '{ "current": null, "contexts": { "a": null } }',
  ])('are not read from %j', (text) => {
    expect(contextsIn(text)).toBeUndefined();
  });

  it('are found by name, or the name that may have been meant is told', () => {
    const contexts = { current: undefined, servers };
    expect(serverCalled('staging', contexts).url).toBe('https://staging.example.org');
    expect(() => serverCalled('stagign', contexts)).toThrow('there is no context "stagign" (did you mean "staging"?)');
    expect(() => serverCalled('staging', NO_CONTEXTS)).toThrow('there is no context "staging"');
  });

  it.each(['', '-a', '__proto__', 'a b', 'ü', 'a'.repeat(65)])('are not called "%s"', (name) => {
    expect(() => contextName(name)).toThrow('cannot be the name of a context');
  });
});
