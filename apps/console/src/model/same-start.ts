import type { Json } from '../api/types.js';

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The same start for a terminal, with curl. */
export function asCurl(origin: string, definition: string, input: Json): string {
  const body = JSON.stringify({ definition, input });
  return `curl ${origin}/api/v1/workflows \\\n  -H 'content-type: application/json' \\\n  -d ${quoted(body)}`;
}

/** The same with the command line. */
export function asCommand(definition: string, input: Json): string {
  return `npx orrery run ${definition} --input ${quoted(JSON.stringify(input))}`;
}
