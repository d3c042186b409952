/** What stands between `${` and `}`. */
export interface ExpressionPiece {
  readonly expression: string;
  /** Where it begins in the text. */
  readonly start: number;
  readonly closed: boolean;
}
/** A part of a text: as it stands, or an expression. */
export type Piece = { readonly text: string } | ExpressionPiece;

/** What an expression is made of, as far as finding its end goes: texts and comments may have braces in them. */
const TOKEN =
  /"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|\/\/[^\n]*|[^{}"'/]+|[^]/g;

/** Cuts a text at its `${ }`. `$${` is no expression but the characters `${`. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let plain = '';
  let from = 0;
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', from)) {
    if (text[at - 1] === '$' && at > from) {
      plain += `${text.slice(from, at - 1)}\${`;
      from = at + 2;
      continue;
    }
    plain += text.slice(from, at);
    if (plain !== '') pieces.push({ text: plain });
    plain = '';
    const start = at + 2;
    const end = endOf(text, start);
    pieces.push({ expression: text.slice(start, end), start, closed: end < text.length });
    from = end + 1;
  }
  plain += text.slice(from);
  return plain === '' && pieces.length > 0 ? pieces : [...pieces, { text: plain }];
}

/** Where the brace stands that closes the expression; the end of the text if none does. */
function endOf(text: string, start: number): number {
  TOKEN.lastIndex = start;
  let open = 0;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    if (token[0] === '{') open++;
    if (token[0] === '}' && --open < 0) return token.index;
  }
  return text.length;
}
