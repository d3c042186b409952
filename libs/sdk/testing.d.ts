export * from '@orrery/testing/kit';
