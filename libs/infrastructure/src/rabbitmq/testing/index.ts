export { startProxy } from './cuttable-proxy.js';
export { describeBroker } from './describe-broker.js';
export { hasPrivateBroker, startPrivateBroker } from './private-broker.js';
export { type TestBroker, openTestBroker } from './test-broker.js';
