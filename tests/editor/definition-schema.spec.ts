import { describe, expect, it } from '@jest/globals';
import { DEFINITION_SCHEMA } from '@orrery/domain';
import { readFileSync } from 'node:fs';

describe('The published schema of definitions', () => {
  it('is committed as it is generated: `npm run schemas` writes it', () => {
    const text = readFileSync(new URL('../../schemas/definition.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(text)).toEqual(DEFINITION_SCHEMA);
  });
});
