import { styleText } from 'node:util';

export type Ink = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'magenta';

/** Puts colour on a text, or leaves it as it is. */
export type Paint = (ink: Ink, text: string) => string;

export const plain: Paint = (_ink, text) => text;

// Whether there are to be colours was decided before: the stream is not asked again.
export const coloured: Paint = (ink, text) => styleText(ink, text, { validateStream: false });
