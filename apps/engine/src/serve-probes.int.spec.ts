import { afterEach, describe, expect, it } from '@jest/globals';
import { processRegistry } from '@orrery/infrastructure';
import { type Probed, type Probes, serveProbes } from './serve-probes.js';

let probes: Probes | undefined;

afterEach(async () => {
  await probes?.close();
});

async function look(path: string, probed: Partial<Probed> = {}) {
  probes = await serveProbes('127.0.0.1', 0, {
    started: () => true,
    ready: async () => true,
    metrics: processRegistry(),
    ...probed,
  });
  const response = await fetch(`http://127.0.0.1:${probes.port}${path}`);
  return [response.status, await response.text()];
}

const well = [200, '{"status":"ok"}'];
const unwell = [503, '{"status":"unhealthy"}'];

describe('The probes of the engine', () => {
  it.each(['/livez', '/readyz', '/startupz', '/readyz?verbose'])('%s is answered', async (path) => {
    expect(await look(path)).toEqual(well);
  });

  it('say that it lives, whatever else is wrong', async () => {
    const ready = () => Promise.reject(new Error('no database'));
    expect(await look('/livez', { started: () => false, ready })).toEqual(well);
  });

  it('say that it has not started', async () => {
    expect(await look('/startupz', { started: () => false })).toEqual(unwell);
  });

  it('say that it is not ready: when it is not, when that cannot be told, and when it takes too long', async () => {
    expect(await look('/readyz', { ready: async () => false })).toEqual(unwell);
    await probes?.close();
    expect(await look('/readyz', { ready: () => Promise.reject(new Error('no database')) })).toEqual(unwell);
    await probes?.close();
    expect(await look('/readyz', { ready: () => new Promise(() => undefined) })).toEqual(unwell);
  });

  it('stand beside its figures', async () => {
    const [status, figures] = await look('/metrics');
    expect(status).toBe(200);
    expect(figures).toContain('process_cpu_seconds_total');
  });

  it('are all there is', async () => {
    expect(await look('/api/v1/workflows')).toEqual([404, '']);
  });
});
