import type { z } from 'zod';

/** What is wrong with the settings of this process: one line each, naming the setting and what it means, or the file. */
export class InvalidConfiguration extends Error {
  override readonly name = 'InvalidConfiguration';

  constructor(readonly faults: readonly string[]) {
    const [fault] = faults;
    const told = faults.length === 1 ? ` ${fault}` : faults.map((each) => `\n  ${each}`).join('');
    super(`The configuration is wrong:${told}`);
  }
}

/** What a process was told: values by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value that may hold a password is not repeated to whoever reads the log. */
const isSecret = (name: string) => /_URLS?$|_SHARDS$|SECRET|TOKEN|PASSWORD|KEY$/.test(name);

/**
 * Reads an app's settings from its environment, once: a frozen object, by the names of the schema. What is set to
 * nothing counts as not set. Throws `InvalidConfiguration` with every fault at once.
 */
export function readConfiguration<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
): Readonly<z.output<Schema>> {
  const given = Object.keys(schema.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : []));
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return Object.freeze(parsed.data);
  throw new InvalidConfiguration(
    parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      const meaning = (schema.shape[name] as z.ZodType).description ?? '';
      const value = environment[name];
      if (!value) return `${name} is not set. ${meaning}`;
      return `${name} ${message}${isSecret(name) ? '' : `, and is "${value}"`}. ${meaning}`;
    }),
  );
}
