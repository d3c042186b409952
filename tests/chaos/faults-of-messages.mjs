import { setTimeout as sleep } from 'node:timers/promises';

const COPIES = 20;
const SET_ASIDE_MS = 20_000;

/** What nobody can make anything of. */
const RUBBISH = [
  { body: 'no JSON at all', options: { contentType: 'application/cloudevents+json' } },
  { body: '{"specversion":"1.0"}', options: { contentType: 'application/cloudevents+json' } },
  { body: '\u0000\u0001\u0002', options: {} },
  { body: '{"tasks":[{"id":7}]}', options: { contentType: 'application/json', headers: { 'cloudEvents:id': 'x:y' } } },
];

/** Posts rubbish; where it is to be set aside, all of it has to arrive there. */
const poison = (name, { exchange, key, setAside }) => ({
  row: 13,
  name,
  on: 'broker',
  lastsMs: [1_000, 3_000],
  quietMs: 8_000,
  async strike({ cluster, complain }) {
    const connection = await cluster.amqp();
    const channel = await connection.createConfirmChannel();
    const lying = async () => (setAside ? (await channel.checkQueue(setAside)).messageCount : 0);
    const before = await lying();
    for (let n = 0; n < COPIES; n++)
      for (const { body, options } of RUBBISH) channel.publish(exchange, key, Buffer.from(body), options);
    await channel.waitForConfirms();
    const wanted = setAside ? before + COPIES * RUBBISH.length : 0;
    const heal = async () => {
      for (const giveUpAt = Date.now() + SET_ASIDE_MS; (await lying()) < wanted && Date.now() < giveUpAt;)
        await sleep(200);
      const there = await lying();
      if (there < wanted) complain(`${wanted - there} of ${COPIES * RUBBISH.length} were not set aside in ${setAside}`);
      await connection.close();
    };
    return { target: setAside ?? exchange, heal };
  },
});

export const messageFaults = [
  poison('poison commands', { exchange: 'orrery.commands', key: 'anything', setAside: 'orrery.commands.refused' }),
  poison('poison tasks', { exchange: '', key: 'orrery.tasks.default.ext.step', setAside: 'orrery.tasks.refused' }),
  poison('poison events', { exchange: 'orrery.events', key: 'default.workflow.WorkflowCompleted' }),
  poison('poison notes to engines', { exchange: 'orrery.engines', key: '' }),
];
