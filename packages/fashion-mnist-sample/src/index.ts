export type { SampleOptions } from './decode-sample.js';
export { loadSample } from './load-sample.js';
