export { checkGenerator } from './check-generator.js';
export { defaultGenerator, manualSeed } from './default-generator.js';
export { Generator, isGenerator } from './generator.js';
export type { GeneratorState } from './state.js';
