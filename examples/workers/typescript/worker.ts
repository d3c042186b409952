// A worker for the tasks of word-count.yaml, with the SDK. ../README.md says how it is run.
import { NonRetryable, worker } from '@orrery/sdk';
import { z } from 'zod';

const w = worker({ url: process.argv[2], concurrency: 4 });

w.task('text.split', z.object({ text: z.string(), parts: z.int().min(1) }), ({ text, parts }) => {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) throw new NonRetryable('there are no words in this text', { code: 'text.empty' });
  const size = Math.ceil(words.length / parts);
  return { parts: Array.from({ length: parts }, (_, part) => words.slice(part * size, (part + 1) * size).join(' ')) };
});

w.task('text.count', z.object({ text: z.string() }), ({ text }, { log }) => {
  log.info(`${text.length} characters`);
  return { words: text.split(/\s+/).filter((word) => word !== '').length };
});

w.task('text.sum', z.object({ counts: z.array(z.number()) }), ({ counts }) => ({
  sum: counts.reduce((sum, count) => sum + count, 0),
}));

await w.run();
