// A part of the bundle that only one command loads.
export { DEFINITION_SCHEMA } from '@orrery/domain';
