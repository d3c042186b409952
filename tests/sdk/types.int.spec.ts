import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import type { AnswersOfClient } from './support/answers.js';
import { schemaReader, typeReader } from './support/normal-form.js';
import { claims } from './support/type-claims.js';

const openApi = JSON.parse(readFileSync('apps/api/openapi.json', 'utf8'));
const readSchema = schemaReader(openApi.components.schemas);

interface Operation {
  readonly operationId: string;
  readonly responses: {
    readonly [status: string]: { readonly content: { readonly [type: string]: { schema: object } } };
  };
}

const TYPES = ['application/json', 'text/event-stream'];

/** What each operation answers when all went well, as the document has it: in JSON, or a stream in each of its messages. */
const answered = new Map(
  Object.values<{ readonly [method: string]: Operation }>(openApi.paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap(({ operationId, responses }) => {
      const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      const anyOf = good.flatMap(([, { content }]) => TYPES.flatMap((type) => content[type]?.schema ?? []));
      return anyOf.length === 0 ? [] : [[operationId, { anyOf }] as const];
    }),
);

const pathOf = (name: string) => fileURLToPath(new URL(`support/${name}`, import.meta.url));
const file = pathOf('answers.ts');
const claimed = pathOf('type-claims.ts');
const { config } = ts.readConfigFile('tsconfig.base.json', (path) => ts.sys.readFile(path));
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
const program = ts.createProgram([file, claimed], { ...options, noEmit: true });
const checker = program.getTypeChecker();
const readType = typeReader(checker);
const [answers] = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!);
const said = new Map(
  checker
    .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(answers!))
    .map((property) => [property.name as keyof AnswersOfClient, checker.getTypeOfSymbol(property)]),
);

describe('The client', () => {
  it('knows every operation of the API, and no other', () => {
    expect([...said.keys()].sort()).toEqual([...answered.keys()].sort());
  });

  it.each([...answered.keys()])('knows what %s answers', (operation) => {
    expect(readType(said.get(operation as keyof AnswersOfClient)!)).toEqual(readSchema(answered.get(operation)!));
  });
});

describe('The types of the SDK', () => {
  it('let through what is right, and refuse what is wrong', () => {
    const faults = ts.getPreEmitDiagnostics(program, program.getSourceFile(claimed));
    expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    expect(Object.keys(claims)).toEqual(['worker', 'client', 'definition', 'testing']);
  });
});
