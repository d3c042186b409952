/** What the log keeps of an error. Fields that libraries add are left out: rows and passwords may stand in them. */
export interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

const CREDENTIALS = /\/\/[^/@\s]+@/g;
const CAUSES_MAX = 5;

export function describeError(error: unknown, causes = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, message: 'something was thrown that is no error' };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    message: hidden(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: hidden(error.stack) }),
    ...(error.cause === undefined || causes >= CAUSES_MAX ? {} : { cause: describeError(error.cause, causes + 1) }),
  };
}

function hidden(text: string): string {
  return text.replace(CREDENTIALS, '//***@');
}
