export type { Engine } from './engine.js';
export { FolderStore } from './folder-store.js';
export { LocalEngine, type LocalEngineOptions } from './local-engine.js';
export { runIdentity } from './run-identity.js';
export { openSweep, type SubmitOptions, SweepFolder, submitSweep } from './sweep-folder.js';
export type { RunContext, RunTarget } from './target.js';
export { type WorkEnd, type WorkOptions, work } from './work.js';
