import { expect, it } from '@jest/globals';
import { keyOf } from '@orrery/application';
import { DEFAULT_NAMESPACE, type Namespace } from '@orrery/domain';
import {
  OTHER_NAMESPACE,
  T0,
  type ViewsHarness,
  batch,
  change,
  openRuns,
  runId,
  start,
  task,
} from './testing/view-batches.js';

const first = { limit: 100 };
const BOTH = [DEFAULT_NAMESPACE, OTHER_NAMESPACE] as const;

/** Two namespaces may hold the same ids and names, and never see each other's rows. */
export function namespacesContract(harness: () => ViewsHarness): void {
  it('keeps namespaces apart', async () => {
    const { writer, reader } = harness();
    const id = runId();
    const orderOf = (namespace: Namespace) => `order of ${namespace}`;
    const started = (namespace: Namespace) => ({ definition: orderOf(namespace), definitionHash: namespace });
    const open = (namespace: Namespace) => task(0, { worker: namespace });
    const begin = BOTH.map((namespace) =>
      start(id, { namespace, started: started(namespace), openTasks: [open(namespace)], dueAt: T0 }),
    );
    const definitions = BOTH.map((namespace) => ({
      ...change(id, 1, { namespace }),
      name: 'order',
      version: namespace === OTHER_NAMESPACE ? 2 : 1,
      hash: namespace,
      registeredAt: T0,
    }));
    await writer.write({ ...batch(...begin), definitions });

    for (const namespace of BOTH) {
      expect((await reader.listRuns({ namespace }, first)).items).toMatchObject([{ definition: orderOf(namespace) }]);
      expect(await reader.countRuns({ namespace })).toMatchObject({ counts: { running: 1 } });
      expect((await reader.listTasks({ namespace }, first)).items).toMatchObject([{ worker: namespace }]);
      expect((await reader.listDefinitions(namespace, first)).items).toMatchObject([{ hash: namespace }]);
    }
    const third = 'third' as Namespace;
    expect((await reader.listRuns({ namespace: third }, first)).items).toEqual([]);
    expect((await reader.countRuns({ namespace: third })).counts).toEqual({});
    expect((await reader.listTasks({ namespace: third }, first)).items).toEqual([]);
    expect((await reader.listDefinitions(third, first)).items).toEqual([]);
    expect(await writer.definitionHashes([change(id, 1, { namespace: third })])).toEqual(new Map());
    expect(await writer.definitionHashes(begin)).toEqual(new Map(begin.map((run) => [keyOf(run), run.namespace])));
    const expected = begin.map((run) => ({ namespace: run.namespace }));
    expect(await openRuns(writer, T0 + 1)).toMatchObject(expected);
  });

  it('changes and drops in one namespace only', async () => {
    const { writer, reader } = harness();
    const id = runId();
    await writer.write(batch(...BOTH.map((namespace) => start(id, { namespace, openTasks: [task(0), task(1)] }))));
    await writer.write(batch(change(id, 2, { closedTasks: [0] })));
    await writer.write(batch(change(id, 3, { status: 'cancelled', endedAt: T0, dropOpenTasks: true })));
    await writer.write(batch(start(id, { version: 9, status: 'cancelled', endedAt: T0 })));
    expect((await reader.listTasks({ namespace: DEFAULT_NAMESPACE }, first)).items).toEqual([]);
    expect(await openRuns(writer)).toMatchObject([{ namespace: OTHER_NAMESPACE, version: 1 }]);
    expect((await reader.listTasks({ namespace: OTHER_NAMESPACE }, first)).items).toHaveLength(2);
  });
}
