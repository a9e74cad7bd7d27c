export { nativeRoot } from './cache-folder.js';
export { COMPILER_ADVICE, type Compiler, findCompiler } from './compiler.js';
export { elfLength } from './elf.js';
export { findPip } from './pip.js';
export { type CompileDisplay, displayCompilation } from './progress.js';
export {
  type FindAddonOptions,
  type FoundAddon,
  findAddon,
  type ProvideAddonOptions,
  provideAddon,
} from './provide-addon.js';
export { ProgramMissing, type RunOptions, run } from './run.js';
export { makeRoot, type PublishOptions, publishFolder, type Staging } from './staging.js';
