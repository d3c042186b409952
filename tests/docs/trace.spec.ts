import { expect, it } from '@jest/globals';
import { pictureOf } from '../../examples/testing/charged-twice.js';
import { blocksOf } from './support/documents.js';

it('the picture of a trace is what its simulation gives (npm run trace writes it anew)', async () => {
  const pictures = blocksOf('docs/testing.md').filter(({ words: [word] }) => word === 'trace');
  expect(pictures.map(({ text }) => text)).toEqual([await pictureOf()]);
}, 60_000);
