/** Whether a routing key fits one of these patterns of a topic exchange: `*` is any one word, `#` any number of them. */
export function fitsOneOf(patterns: readonly string[]): (routingKey: string) => boolean {
  const expression = new RegExp(`^(?:${patterns.map(expressionOf).join('|')})$`);
  return (routingKey) => expression.test(`.${routingKey}`);
}

/** What a list of patterns is made of: words of letters, digits, `_` and `-`, with dots between. */
export const TOPIC_PATTERN = /^(?:[\w-]+|\*|#)(?:\.(?:[\w-]+|\*|#))*$/;

const WILD: { readonly [word: string]: string | undefined } = { '*': '\\.[^.]+', '#': '(?:\\.[^.]+)*' };

function expressionOf(pattern: string): string {
  return pattern
    .split('.')
    .map((word) => WILD[word] ?? `\\.${word}`)
    .join('');
}
