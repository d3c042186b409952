// Orrery as the benchmarks run it: as a library in a process of theirs, the SDK for when it is a server, and what it takes
// to write a log by hand.
export { GENESIS, PARTITIONS_DEFAULT, chainHash, newId, partitionOf } from '@orrery/application';
export { Orrery } from '@orrery/embedded';
export { checkIntegrity, openEmbeddedPostgres } from '@orrery/infrastructure';
export { OrreryClient, worker } from '@orrery/sdk';
