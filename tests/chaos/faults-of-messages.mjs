import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './histories.mjs';

const COPIES = 20;
const SET_ASIDE_MS = 20_000;

/** What nobody can make anything of. */
const RUBBISH = [
  { body: 'no JSON at all', options: { contentType: 'application/cloudevents+json' } },
  { body: '{"specversion":"1.0"}', options: { contentType: 'application/cloudevents+json' } },
  { body: '\u0000\u0001\u0002', options: {} },
  { body: '{"tasks":[{"id":7}]}', options: { contentType: 'application/json', headers: { 'cloudEvents:id': 'x:y' } } },
];

/** How many dead letters there are that came from there; nothing while the database is away. */
const recordedOf = (cluster, queue) =>
  ask(cluster, (client) =>
    client.query('select count(*)::int as many from dead_letters where queue = $1', [queue]),
  ).then(
    ({ rows }) => rows[0].many,
    () => undefined,
  );

/** Posts rubbish; where it is to be set aside, all of it has to become dead letters, and nothing may be left over. */
const poison = (name, { exchange, key, setAside, letters }) => ({
  row: 13,
  name,
  on: 'broker',
  lastsMs: [1_000, 3_000],
  quietMs: 8_000,
  async strike({ cluster, complain }) {
    const connection = await cluster.amqp();
    const channel = await connection.createConfirmChannel();
    const lying = async () => (setAside ? (await channel.checkQueue(setAside)).messageCount : 0);
    const recorded = async () => (letters ? recordedOf(cluster, letters) : 0);
    let before;
    while ((before = await recorded()) === undefined) await sleep(200);
    for (let n = 0; n < COPIES; n++)
      for (const { body, options } of RUBBISH) channel.publish(exchange, key, Buffer.from(body), options);
    await channel.waitForConfirms();
    const wanted = letters ? before + COPIES * RUBBISH.length : 0;
    const heal = async () => {
      for (const giveUpAt = Date.now() + SET_ASIDE_MS; ((await recorded()) ?? 0) < wanted && Date.now() < giveUpAt;)
        await sleep(200);
      const there = (await recorded()) ?? 0;
      if (there < wanted) complain(`${wanted - there} of ${COPIES * RUBBISH.length} are no dead letters of ${letters}`);
      // What was recorded is taken from its queue a moment later.
      for (const giveUpAt = Date.now() + SET_ASIDE_MS; (await lying()) > 0 && Date.now() < giveUpAt;) await sleep(200);
      const left = await lying();
      if (left > 0) complain(`${left} still lie in ${setAside}`);
      await connection.close();
    };
    return { target: setAside ?? exchange, heal };
  },
});

export const messageFaults = [
  poison('poison commands', {
    exchange: 'orrery.commands',
    key: 'anything',
    setAside: 'orrery.commands.refused',
    letters: 'commands',
  }),
  poison('poison tasks', {
    exchange: '',
    key: 'orrery.tasks.default.ext.step',
    setAside: 'orrery.tasks.refused',
    letters: 'tasks',
  }),
  poison('poison events', { exchange: 'orrery.events', key: 'default.workflow.WorkflowCompleted' }),
  poison('poison notes to engines', { exchange: 'orrery.engines', key: '' }),
];
