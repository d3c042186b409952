/** A number as people read it: `12,345`. */
export const number = (value: number) => value.toLocaleString('en-US');

/** How many there are of something: `1 event`, `12,345 events`. */
export const counted = (value: number, word: string) => `${number(value)} ${word}${value === 1 ? '' : 's'}`;
