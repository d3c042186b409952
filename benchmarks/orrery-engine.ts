// The engine as the benchmark runs it: in the caller's process, steps beside it, over the caller's database.
import { ANONYMOUS, LocalWorker, SubmitDefinition, SubmitWorkflow, type TaskHandler } from '@orrery/application';
import { DEFAULT_NAMESPACE, type Json } from '@orrery/domain';
import { openOrchestration } from '@orrery/infrastructure';

export { openEmbeddedPostgres } from '@orrery/infrastructure';

const report = (error: unknown) => console.error(error);

/** Opens the engine with these handlers; `run` starts a workflow and resolves with how it ended. */
export async function openEngine(databaseUrl: string, handlers: Record<string, TaskHandler>, concurrency: number) {
  const open = await openOrchestration({ databaseUrl, version: '0.1.0', onError: report });
  await open.start();
  const { dispatcher, endings, commandHandlers } = open.orchestration;
  const options = { workerId: 'benchmark', namespace: DEFAULT_NAMESPACE, concurrency };
  const worker = new LocalWorker(dispatcher, new Map(Object.entries(handlers)), options, report);
  worker.start();
  return {
    async register(text: string): Promise<void> {
      await commandHandlers.submitDefinition.execute(new SubmitDefinition(ANONYMOUS, { text, format: 'json' }));
    },
    submit(definition: string, input: Json) {
      const accepted = commandHandlers.submitWorkflow.execute(new SubmitWorkflow(ANONYMOUS, { definition, input }));
      const done = accepted.then(({ id }) => endings.of({ namespace: DEFAULT_NAMESPACE, stream: id }));
      return { accepted, done };
    },
    async close(): Promise<void> {
      await worker.stop();
      await open.close();
    },
  };
}
