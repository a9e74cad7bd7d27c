export { defaultGenerator, manualSeed } from './default-generator.js';
export { Generator } from './generator.js';
export type { GeneratorState } from './state.js';
