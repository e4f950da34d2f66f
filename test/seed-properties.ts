import fc from 'fast-check';

/**
 * Every property test draws the same cases in every run, so that a failure is a change of the code's and no luck.
 * `TIZME_PROPERTY_SEED=random` draws new ones, and a number those of a failure that was seen; what a property names
 * as its own seed stays.
 */
const asked = process.env.TIZME_PROPERTY_SEED ?? '20261004';
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked) });
