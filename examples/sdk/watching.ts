// Lists what runs, follows one of them, and handles what goes wrong.
import { OrreryClient, OrreryProblem, OrreryUnreachable } from '@orrery/sdk';

const orrery = new OrreryClient({ url: process.argv[2] });

for await (const run of orrery.workflows.all({ status: ['running', 'paused'], labels: { team: 'sky' } }))
  console.log(run.id, run.definition.name, `${run.tasks.ended} of ${run.tasks.total}`);

try {
  const { id } = await orrery.workflows.start('greeting', { input: { name: 'venus' }, labels: { team: 'sky' } });
  for await (const event of orrery.workflows.follow(id)) console.log(event.version, event.type);
  await orrery.workflows.cancel(id);
} catch (error) {
  if (error instanceof OrreryProblem && error.code === 'workflow.ended') console.log('it has ended already');
  else if (error instanceof OrreryUnreachable) console.error(`is the server running? ${error.message}`);
  else throw error;
}
