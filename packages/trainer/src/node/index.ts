export type { WriteStage } from '../runs/checkpoint-store.js';
export { RunFolder, type RunFolderOptions, type RunResult } from '../runs/run-folder.js';
export { FileStore } from './file-store.js';
export { JsonLines, type JsonLinesOptions, jsonLines } from './json-lines.js';
export { Progress, type ProgressOptions, progress } from './progress.js';
export { runFolder } from './run-folder.js';
export { type LoadedState, type LoadStateOptions, loadState, saveState } from './save-state.js';
export { StatusLine, type Terminal } from './status-line.js';
export { Tensorboard, type TensorboardOptions, tensorboard } from './tensorboard.js';
