export { DEFINITION_SCHEMA } from '@orrery/domain';
