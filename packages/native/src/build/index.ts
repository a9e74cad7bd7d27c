export { type AddonPathOptions, addonPath } from './addon-path.js';
export { nativeRoot } from './cache-folder.js';
export { COMPILER_ADVICE, findCompiler } from './compiler.js';
export { ProgramMissing, type RunOptions, run } from './run.js';
