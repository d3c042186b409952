import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { UPCASTERS } from '@orrery/domain';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { asyncApi } from './asyncapi.js';
import { COMMANDS } from './all-commands.js';

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const { version } = read('../package.json');
const document = JSON.parse(JSON.stringify(asyncApi(version)));

describe('The AsyncAPI document', () => {
  it('is committed as it is generated: `npm run asyncapi` writes it', () => {
    expect(read('../asyncapi.json')).toEqual(document);
  });

  it('is one, as its specification has it', () => {
    const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json');
    // Ajv brings that one along.
    delete schema.definitions['http://json-schema.org/draft-07/schema'];
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    (formats as unknown as (ajv: Ajv) => void)(ajv);
    const isValid = ajv.validate(schema, document);
    expect([isValid, ajv.errors]).toEqual([true, null]);
  });

  it('has every command and every event once', () => {
    expect(Object.keys(document.channels.commands.messages)).toEqual(Object.keys(COMMANDS));
    expect(Object.keys(document.channels.events.messages)).toEqual(Object.keys(UPCASTERS));
    expect(document.components.messages.StartWorkflow.payload.properties).toHaveProperty('definition');
  });

  it('leads nowhere that is not in it', () => {
    for (const [, pointer] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = pointer!.split('/').reduce((at, key) => at?.[key], document);
      expect([pointer, typeof found]).toEqual([pointer, 'object']);
    }
    expect(JSON.stringify(document)).not.toMatch(/"as":|\$defs/);
  });
});
