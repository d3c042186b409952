/**
 * A function holds at most a screen of lines of its own; those of the functions inside it are theirs. So a table of
 * small functions, or a describe full of specs, is as long as it needs to be, and a long procedure is not.
 */
export const ownLines = {
  meta: {
    type: 'suggestion',
    schema: [{ type: 'integer', minimum: 1 }],
    messages: { long: 'This function has {{own}} lines of its own; {{max}} is a screen.' },
  },
  create(context) {
    const [max] = context.options;
    const inside = [];
    const enter = () => inside.push(0);
    const leave = (node) => {
      const below = node.loc.end.line - node.loc.start.line;
      const own = below + 1 - inside.pop();
      if (inside.length > 0) inside.push(inside.pop() + below);
      if (own > max) context.report({ node, messageId: 'long', data: { own: String(own), max: String(max) } });
    };
    const functions = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];
    return Object.fromEntries(
      functions.flatMap((type) => [
        [type, enter],
        [`${type}:exit`, leave],
      ]),
    );
  },
};
