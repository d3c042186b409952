// Registers a definition, starts a run of it, and waits for its end.
import { OrreryClient, defineWorkflow } from '@orrery/sdk';

const greeting = defineWorkflow({ name: 'greeting', input: { type: 'object', required: ['name'] } }, (w) => {
  const greet = w.task<{ said: string }>('greet', { type: 'greet', input: { name: w.input['name'] } });
  return { answer: greet.output.said };
});

const orrery = new OrreryClient({ url: process.argv[2] });
await orrery.definitions.register(greeting);
const run = await orrery.workflows.start('greeting', { input: { name: 'mars' } });
const { status, output } = await orrery.workflows.waitForResult<{ answer: string }>(run.id);
console.log(status, output.answer);
