/** What examples/sdk/payments.ts needs of a bank. */
export interface Bank {
  charge(
    card: string,
    amount: number,
    options: { key: string; signal: AbortSignal },
  ): Promise<{ busy: boolean; accepted: boolean; id: string }>;
  refund(charge: string, options: { key: string }): Promise<void>;
  statement(signal: AbortSignal): AsyncIterable<number>;
}

/** A bank that takes every card but the one that is called `declined`. */
export function fakeBank(): Bank {
  return {
    charge: async (card, _amount, { key }) => ({ busy: false, accepted: card !== 'declined', id: key }),
    refund: async () => undefined,
    async *statement() {
      for (let page = 1; page <= 3; page++) yield page;
    },
  };
}
