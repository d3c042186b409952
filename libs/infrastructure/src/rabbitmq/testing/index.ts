// What describes specs stands apart: programs start a RabbitMQ of their own, too.
export { startProxy } from './cuttable-proxy.js';
export { hasPrivateBroker, startPrivateBroker } from './private-broker.js';
export { type TestBroker, openTestBroker } from './test-broker.js';
