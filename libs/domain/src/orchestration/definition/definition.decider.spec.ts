import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deciderLaws, given } from '../../kernel/testing/index.js';
import { RegisterDefinition } from './definition.commands.js';
import { definitionDecider } from './definition.decider.js';
import type { DefinitionRegistered } from './definition.events.js';

const registered = (version: number, hash: string): DefinitionRegistered => ({
  type: 'DefinitionRegistered',
  v: 1,
  name: 'order',
  version,
  hash,
});
const register = (hash: string) => new RegisterDefinition({ name: 'order', hash });

describe('registering a definition', () => {
  test('gives its content the first version of a new name', () => {
    given(definitionDecider)
      .when(register('a'))
      .then([registered(1, 'a')]);
  });

  test('gives changed content the next version', () => {
    given(definitionDecider, [registered(1, 'a')])
      .when(register('b'))
      .then([registered(2, 'b')]);
  });

  test('changes nothing for the content of any version there is, also when it is not the newest', () => {
    const { state } = given(definitionDecider, [registered(1, 'a'), registered(2, 'b')])
      .when(register('b'))
      .thenNothing()
      .when(register('a'))
      .thenNothing();
    expect(state.versions).toEqual(['a', 'b']);
  });
});

deciderLaws('a definition', definitionDecider, {
  wishes: fc.constantFrom('a', 'b', 'c', 'd').map(register),
});
