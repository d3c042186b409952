import { existsSync, readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';

const summary = 'reports/coverage/coverage-summary.json';
const all = ['lines', 'branches', 'functions', 'statements'];

// The rules of the product stand in the domain: every one of them has a spec. The rest is held to what is useful.
const gates = [
  { name: 'libs/domain', under: 'libs/domain/', metrics: all, least: 100 },
  { name: 'libs/infrastructure', under: 'libs/infrastructure/', metrics: ['statements'], least: 80 },
  { name: 'everything', under: '', metrics: ['statements'], least: 91 },
];

function percent(files, metric) {
  const sum = (part) => files.reduce((total, file) => total + file[metric][part], 0);
  return sum('total') === 0 ? 100 : (100 * sum('covered')) / sum('total');
}

/** One sentence for each gate that the last full run did not pass. */
export function coverageFaults() {
  if (!existsSync(summary)) return ['There is no coverage to judge: reports/coverage is empty.'];
  const { total: _, ...byPath } = JSON.parse(readFileSync(summary, 'utf8'));
  const files = Object.entries(byPath).map(([path, numbers]) => [relative('.', path).split(sep).join('/'), numbers]);
  return gates.flatMap(({ name, under, metrics, least }) => {
    const inside = files.filter(([path]) => path.startsWith(under)).map(([, numbers]) => numbers);
    return metrics
      .filter((metric) => percent(inside, metric) < least)
      .map(
        (metric) =>
          `Coverage of ${name}: ${percent(inside, metric).toFixed(2)} % of ${metric}, at least ${least} % is wanted.`,
      );
  });
}
