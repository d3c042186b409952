import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from './random.mjs';

/** Lets the faults of a plan strike, and keeps a record of each: when it began, when it was over, what there was to say. */
export class Strikes {
  records = [];
  /** What is touched by which fault, until it is over. */
  #busy = new Map();

  /** `context` is what a fault needs: `{ cluster, runs }`. */
  constructor(context, say) {
    this.context = context;
    this.say = say;
  }

  async carryOut(plan) {
    const begun = Date.now();
    const all = [];
    for (const planned of plan) {
      await sleep(Math.max(0, begun + planned.at - Date.now()));
      all.push(this.#inTurn(planned));
    }
    await Promise.all(all);
  }

  /** Not while another one is at the same. */
  #inTurn(planned) {
    const { on } = planned.fault;
    const turn = (this.#busy.get(on) ?? Promise.resolve()).then(() => this.#strike(planned));
    this.#busy.set(on, turn);
    return turn;
  }

  async #strike({ fault, lastsMs, seed }) {
    const { row, name, strike } = fault;
    const record = { row, name, complaints: [] };
    const complain = (words) => record.complaints.push(`${name}: ${words}`);
    try {
      record.startedAt = Date.now();
      const { target, heal } = await strike({ ...this.context, random: seeded(seed), complain });
      record.target = target;
      // For as long as is meant, counted from when it had struck: some take their time.
      await sleep(lastsMs);
      await heal();
    } catch (error) {
      complain(error.message);
    }
    record.endedAt = Date.now();
    this.records.push(record);
    this.say(record);
  }
}
