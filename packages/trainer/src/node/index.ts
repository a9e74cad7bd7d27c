export { RunFolder, type RunFolderOptions, type RunResult } from '../runs/run-folder.js';
export { JsonLines, type JsonLinesOptions, jsonLines } from './json-lines.js';
export type { LogValues, TrainInput, ValidationInput } from './log-input.js';
export { Progress, type ProgressOptions, progress } from './progress.js';
export { runFolder } from './run-folder.js';
export { type LoadedState, type LoadStateOptions, loadState, saveState } from './save-state.js';
export type { Terminal } from './status-line.js';
export { Tensorboard, type TensorboardOptions, tensorboard } from './tensorboard.js';
