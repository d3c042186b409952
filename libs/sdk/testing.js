// The test kit is a package of its own, for it brings the whole engine along: only programs that test need it.
export * from '@orrery/testing/kit';
