import type { World } from './order.js';

/** A bank and a carrier that remember what they did. */
export class FakeWorld implements World {
  private readonly calledOff = new Set<string>();
  private readonly keys = new Set<string>();
  private readonly money = new Map<string, number>();
  readonly shipped: string[] = [];

  paid(order: string): number {
    return this.money.get(order) ?? 0;
  }

  async charge(order: string, amount: number, key: string): Promise<void> {
    if (this.calledOff.has(order)) throw new Error('the order was called off');
    if (this.isNew(key)) this.money.set(order, this.paid(order) + amount);
  }

  async callOff(order: string): Promise<void> {
    this.calledOff.add(order);
    this.money.delete(order);
  }

  async ship(order: string, key: string): Promise<void> {
    if (this.isNew(key)) this.shipped.push(order);
  }

  private isNew(key: string): boolean {
    return !this.keys.has(key) && this.keys.add(key).has(key);
  }
}
