import { checkDefinition } from '@orrery/application';
import { type Json, Invalid } from '@orrery/domain';
import { AjvInputSchemas, TextDocumentReader } from '@orrery/infrastructure';
import { OrreryProblem } from '@orrery/sdk';
import { CliError, type Place } from '../cli-error.js';
import { exitCodeOf } from '../explain-error.js';
import { EXIT } from '../exit-codes.js';
import { type Source, formatOf } from './documents.js';

/** A fault as both the server and the language itself tell it. */
interface AnyFault {
  readonly message: string;
  readonly code?: string;
  readonly severity?: 'error' | 'warning';
  readonly hint?: string;
  readonly line?: number;
  readonly column?: number;
}

const documents = new TextDocumentReader();

/** A text as plain JSON, and where each part of it stands. */
export const readDocument = ({ text }: Source, format: 'json' | 'yaml') => documents.read(text, format);

/** A fault with its place in a source, and the line that it stands in. */
export function placeIn({ name, text }: Source, { message, code, severity, hint, line, column }: AnyFault): Place {
  const found = line === undefined ? undefined : text.split(/\r\n|\n|\r/)[line - 1];
  const spaces = /^Tabs /.test(message) ? 'YAML is indented with spaces.' : undefined;
  return { source: name, message, code, severity, hint: hint ?? spaces, line, column, text: found };
}

/** Everything that is wrong with a definition, or odd, by this program's own knowledge of the language. */
export function faultsOf(source: Source): readonly Place[] {
  const tools = { documents, inputSchemas: new AjvInputSchemas() };
  try {
    const { faults } = checkDefinition(tools, { text: source.text, format: formatOf(source) });
    return faults.map((fault) => placeIn(source, fault));
  } catch (error) {
    if (error instanceof Invalid && error.faults.length > 0) return error.faults.map((each) => placeIn(source, each));
    throw error;
  }
}

/** A definition's document. Throws `CliError` if its text cannot be read. */
export function documentOf(source: Source): { readonly document: object; locate(pointer: string): object } {
  try {
    const { value, locate } = readDocument(source, formatOf(source));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { document: value as object, locate };
    throw faulty(source, [{ source: source.name, message: `it is no definition: ${kindOf(value)}` }]);
  } catch (error) {
    if (error instanceof Invalid)
      throw faulty(
        source,
        error.faults.map((fault) => placeIn(source, fault)),
      );
    throw error;
  }
}

function kindOf(value: Json): string {
  if (value === null) return 'it is empty';
  return `it is a ${Array.isArray(value) ? 'list' : typeof value}, not an object`;
}

/** A definition that is refused. */
export function faulty({ name }: Source, places: readonly Place[]): CliError {
  const many = places.length === 1 ? 'a fault' : `${places.length} faults`;
  return new CliError({ exitCode: EXIT.usage, code: 'definition.invalid', what: `${name} has ${many}`, places });
}

/** What a server refused of a definition that came from here, with the places in its text; any other error as it is. */
export function refusedDefinition(error: unknown, source: Source, under = ''): unknown {
  if (!(error instanceof OrreryProblem) || !/^(definition\.invalid|document\.)/.test(error.code)) return error;
  // What is known here of the language knows the places to the letter.
  const known = under ? faultsOf(source).filter(({ severity }) => severity !== 'warning') : [];
  if (known.length > 0) return faulty(source, known);
  const { locate } = under ? documentOf(source) : { locate: () => ({}) };
  const places = error.errors.map((fault) => {
    const pointer = fault.pointer.startsWith(under) ? fault.pointer.slice(under.length) : fault.pointer;
    return placeIn(source, { ...locate(pointer), ...fault });
  });
  const { parts } = faulty(source, places);
  return new CliError({ ...parts, code: error.code, exitCode: exitCodeOf(error.status) });
}
