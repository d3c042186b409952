import { dropFirstTimer, firstTimer, setTimer } from '../../kernel/timers.js';
import { WHOLE_RUN, type WorkflowState, firesAt, tasksOf } from './workflow.state.js';

/** Sets the timer of a task, or of the whole run, if it waits for a time. */
export function setTimerOf(state: WorkflowState, subject: number): void {
  const at = firesAt(state, subject);
  if (at !== null) setTimer(state.timers, at, subject);
}

/** A timer holds as long as its subject still waits for that very time. */
export function dropStaleTimers(state: WorkflowState): void {
  for (let timer = firstTimer(state.timers); timer; timer = firstTimer(state.timers)) {
    if (firesAt(state, timer[1]) === timer[0]) return;
    dropFirstTimer(state.timers);
  }
}

export function setTimersAgain(state: WorkflowState): void {
  state.timers = [];
  setTimerOf(state, WHOLE_RUN);
  for (const [ordinal] of tasksOf(state)) setTimerOf(state, ordinal);
}

export function setRunDue(state: WorkflowState, due: number | undefined): void {
  state.due = due ?? null;
  setTimerOf(state, WHOLE_RUN);
}
