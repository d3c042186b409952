import { readHistories } from './histories.mjs';
import { checkRun, planOf } from './run-rules.mjs';

/** Holds the log against its own rules, and against what the workers outside did and were told. */
export async function checkLog(story, found) {
  const histories = await readHistories(story.server, found.rules);
  story.histories = histories;
  const plans = new Map();
  for (const run of story.runs) {
    const history = histories.get(run.id);
    if (!history) {
      found.lost.push(`${run.id} (${run.shape.name}) was acknowledged and is not in the log`);
      continue;
    }
    if (!plans.has(run.shape)) plans.set(run.shape, planOf(await details(story, run)));
    for (const fault of checkRun(history.events, plans.get(run.shape))) {
      found.rules.push(`${run.id} (${run.shape.name}), ${fault}`);
    }
  }
  const known = new Set(story.runs.map(({ id }) => id));
  const isRun = ({ events }) => events[0].type === 'WorkflowStarted';
  const phantoms = [...histories.values()].filter((history) => isRun(history) && !known.has(history.stream));
  for (const { stream } of phantoms) found.phantom.push(`${stream} is in the log, and nobody was told of it`);
  const events = [...histories.values()].reduce((sum, history) => sum + history.events.length, 0);
  return { events, ...checkEffects(story, found) };
}

async function details({ client }, { id }) {
  for (;;) {
    const answer = await client.read(`/workflows/${id}`);
    if (answer) return answer;
  }
}

const nameOf = (id, attempt) => `${id}, attempt ${attempt}`;

/** How each attempt ended, by its name; whatever ended a second time is told of. */
function outcomesOf(histories, found) {
  const outcomes = new Map();
  for (const { stream, events } of histories.values()) {
    const completed = new Set();
    for (const event of events.filter(({ type }) => type === 'TaskCompleted' || type === 'TaskFailed')) {
      const name = nameOf(`${stream}~${event.task}`, event.attempt);
      if (outcomes.has(name) || completed.has(event.task)) found.doubleEffect.push(`${name} ended a second time`);
      if (event.type === 'TaskCompleted') completed.add(event.task);
      outcomes.set(name, event);
    }
  }
  return outcomes;
}

/** What a worker was told was recorded is recorded; and what is recorded, some worker did. */
function checkEffects({ ledger, histories, target }, found) {
  const outcomes = outcomesOf(histories, found);
  for (const execution of ledger) {
    const { id, attempt, type, told } = execution;
    const isThere = told?.status !== 200 || isRecorded(execution, outcomes.get(nameOf(id, attempt)));
    if (!isThere)
      found.lost.push(`${nameOf(id, attempt)} (${type}): its ${told.verb} was acknowledged, and is not in the log`);
  }
  const executions = new Map(ledger.map((execution) => [execution.execution, execution]));
  for (const [name, { output }] of outcomes) {
    const claimed = output?.execution;
    const by = executions.get(claimed);
    const isKnown = claimed === undefined || (by && nameOf(by.id, by.attempt) === name);
    if (!isKnown) found.phantom.push(`${name} was completed by nobody we know`);
  }
  return {
    repeatedExecutions: ledger.length - new Set(ledger.map(({ id, attempt }) => nameOf(id, attempt))).size,
    leasesLost: ledger.filter(({ told }) => told?.code === 'task.lease-lost').length,
    repeatedHttpCalls: [...target.served.values()].reduce((sum, count) => sum + count - 1, 0),
  };
}

function isRecorded({ execution, told }, event) {
  return told.verb === 'fail' ? event?.type === 'TaskFailed' : event?.output?.execution === execution;
}
