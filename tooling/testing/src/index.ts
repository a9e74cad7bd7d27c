export { describeBackends } from './backends.js';
export { type Closeness, expectAllClose } from './close.js';
export { expectNoLeak } from './leaks.js';
