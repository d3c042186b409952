import type { Fault, Report } from '@orrery/domain';

/** Every code that a fault of an instance can have, and what it means. */
export const INSTANCE_FAULTS = Object.freeze({
  'wfformat.not-json': 'The file is not JSON.',
  'wfformat.unknown-version': 'The file is no WfFormat, or of a version that is not understood.',
  'wfformat.missing': 'Something that the format demands is not there.',
  'wfformat.wrong-type': 'A value is of another type than the format says.',
  'wfformat.duplicate-id': 'Two tasks have the same id.',
  'wfformat.unknown-task': 'A parent or a child does not exist.',
  'wfformat.ambiguous-task': 'A parent or a child is a name that several tasks have.',
  'wfformat.cycle': 'Tasks wait for each other; the message names them as a path.',
  'wfformat.no-runtime': 'It is not said how long a task took.',
  'wfformat.negative-runtime': 'A task took less than no time.',
});

export type InstanceFaultCode = keyof typeof INSTANCE_FAULTS;

/** Notes that something is wrong in an instance, at a JSON pointer into it. */
export type Complain = (code: InstanceFaultCode, pointer: string, message: string) => void;

/** Complaints that end up in a report, with the faults of the definition. */
export function complainTo(report: Report): Complain {
  return (code, pointer, message) => {
    const fault: Fault = { code, pointer, message, severity: 'error' };
    report.addFault(fault);
  };
}
