import { SimulationFailed, type SimulationReport, simulate } from '@orrery/sdk/testing';
import { FakeWorld } from './fake-world.js';
import { addHandlers, order } from './order.js';

/** A world that looks at no key: whoever charges it again is charged again. */
class Forgetful extends FakeWorld {
  override async charge(id: string, amount: number): Promise<void> {
    await super.charge(id, amount, `${Math.random()}`);
  }
}

/** A test that finds it. */
export function chargedTwice(): Promise<SimulationReport> {
  return simulate({ seeds: 100, faults: ['crashes'] }, async (orrery) => {
    const world = new Forgetful();
    addHandlers(orrery, orrery.outside(world));
    const { id, status } = await orrery.run(order, { input: { amount: 30 } });
    const paid = world.paid(id);
    if (paid !== (status === 'completed' ? 30 : 0)) throw new Error(`paid ${paid}, and the order is ${status}`);
  });
}

/** How it failed, and what happened: the picture in docs/testing.md. */
export async function pictureOf(): Promise<string> {
  const failed = await chargedTwice().catch((error: unknown) => error);
  if (!(failed instanceof SimulationFailed)) throw new Error('nothing was found');
  return `${failed.message.split('\n')[0]}\n\n${failed.trace.toText()}\n`;
}
