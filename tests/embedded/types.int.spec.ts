import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import ts from 'typescript';
import { claims } from './support/type-claims.js';

jest.setTimeout(30_000);

const file = fileURLToPath(new URL('support/type-claims.ts', import.meta.url));
const { config } = ts.readConfigFile('tsconfig.base.json', (path) => ts.sys.readFile(path));
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());

describe('The types of the library', () => {
  it('are those of the client and of the worker', () => {
    const program = ts.createProgram([file], { ...options, noEmit: true });
    const faults = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
    expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    expect(Object.keys(claims)).toEqual(['either', 'handlers', 'run']);
  });
});
