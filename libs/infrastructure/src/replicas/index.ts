export { type ReplicaState } from './replica.js';
