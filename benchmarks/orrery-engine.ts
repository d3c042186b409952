// Orrery as the benchmark runs it: as a library in the caller's process, steps beside it, over the caller's database.
export { Orrery } from '@orrery/embedded';
export { openEmbeddedPostgres } from '@orrery/infrastructure';
