import type { Json } from '../../kernel/json.js';
import { isObject } from '../definition/shape.js';

/** How many labels a run may have. */
export const LABELS_MAX = 32;
/** How long the text of a label may be; its name has its form. */
export const LABEL_CHARACTERS = 256;

const NAME = /^[A-Za-z0-9_./-]{1,128}$/;
const TEXT = new RegExp(`^[^\\u0000-\\u001f\\u007f]{0,${LABEL_CHARACTERS}}$`);

export type Labels = { readonly [name: string]: string };

/** What labels must be, to say of some that they are not. */
export const LABELS_WANTED = `at most ${LABELS_MAX} labels: names of 1 to 128 letters, digits, "_", ".", "/" and "-", and plain texts of at most ${LABEL_CHARACTERS} characters`;

/** Whether a run may have these labels, whoever starts it. */
export function isLabels(value: Json): value is Labels {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= LABELS_MAX &&
    entries.every(([name, text]) => NAME.test(name) && typeof text === 'string' && TEXT.test(text))
  );
}
