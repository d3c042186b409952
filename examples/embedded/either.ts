// A program that asks Orrery, and does not know where the engine is.
import { Orrery } from '@orrery/embedded';
import { type OrreryApi, OrreryClient, OrreryProblem } from '@orrery/sdk';

/** How many runs of a definition failed, and sets each of them going again. */
async function retryFailed({ workflows }: OrreryApi, definition: string): Promise<number> {
  let retried = 0;
  for await (const { id } of workflows.all({ definition, status: 'failed' })) {
    try {
      await workflows.retry(id);
      retried += 1;
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof OrreryProblem && error.code === 'workflow.not-failed')) throw error;
    }
  }
  return retried;
}

const [place = 'http://127.0.0.1:8000', definition = 'order'] = process.argv.slice(2);
if (place.startsWith('http')) {
  console.log(await retryFailed(new OrreryClient({ url: place }), definition));
} else {
  const orrery = await Orrery.open({ databaseUrl: place });
  console.log(await retryFailed(orrery, definition));
  await orrery.close();
}
