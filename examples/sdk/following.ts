// Hears of every run of a team that ends, also of those that ended while this program was not there.
import { readFile, writeFile } from 'node:fs/promises';
import { OrreryClient } from '@orrery/sdk';

const [url, place = 'sky.cursor'] = process.argv.slice(2);
const orrery = new OrreryClient({ url });

const after = await readFile(place, 'utf8').catch(() => undefined);
const ends = ['WorkflowCompleted', 'WorkflowFailed'];
const events = orrery.events({ labels: { team: 'sky' }, type: ends, after });
for await (const { type, workflowId, cursor } of events) {
  console.log(type, workflowId);
  await writeFile(place, cursor);
}
