/** Waits for work, but not for longer than so many milliseconds, and not for its success. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms).unref()));
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}
