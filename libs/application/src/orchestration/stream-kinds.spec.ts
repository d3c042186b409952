import { describe, expect, it } from '@jest/globals';
import { UPCASTERS } from '@orrery/domain';
import { isTextOfRun, kindOfEvent } from './stream-kinds.js';

const OF_RUN = /^(Workflow|Task|Signal|Compensation)/;
const kindByName = (type: string) =>
  OF_RUN.test(type) ? 'workflow' : type.startsWith('Definition') ? 'definition' : 'dead-letter';

describe('The kind of a stream', () => {
  it.each(Object.keys(UPCASTERS))('is told by %s', (type) => {
    expect(kindOfEvent(type)).toBe(kindByName(type));
    expect(isTextOfRun({ events: JSON.stringify([{ type, v: 1 }]) })).toBe(OF_RUN.test(type));
  });
});
