import { describe, expect, it } from '@jest/globals';
import { newId } from './new-id.js';

describe('A new id', () => {
  it('is a UUIDv7, and sorts by its time', () => {
    const ids = [newId(1), newId(1_000), newId(Date.UTC(2030, 0))];
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids.toSorted()).toEqual(ids);
    expect(Number.parseInt(ids[2]!.replace('-', '').slice(0, 12), 16)).toBe(Date.UTC(2030, 0));
    expect(newId()).not.toBe(newId());
  });
});
