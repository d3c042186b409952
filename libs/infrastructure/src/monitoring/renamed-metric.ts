import type { Metric, MetricObjectWithValues, MetricValue } from 'prom-client';

/** How a metric is called elsewhere. */
export interface Renaming {
  readonly name: string;
  /** Its labels there, by what they are called here; the others keep their names. */
  readonly labels: Readonly<Record<string, string>>;
}

type Read = MetricObjectWithValues<MetricValue<string>>;

/** The same figures under a second name. They are counted once, and renamed when they are read. */
export function renamed(metric: Metric, { name, labels }: Renaming): Metric {
  const read = async (): Promise<Read> => {
    const figures: Read = await metric.get();
    const values = figures.values.map((value) => {
      const { metricName } = value as { readonly metricName?: string };
      const suffix = metricName?.slice(figures.name.length);
      return {
        ...value,
        ...(suffix === undefined ? {} : { metricName: `${name}${suffix}` }),
        labels: Object.fromEntries(Object.entries(value.labels).map(([label, said]) => [labels[label] ?? label, said])),
      };
    });
    return { ...figures, name, values };
  };
  return { name, get: read, reset: () => undefined } as unknown as Metric;
}
