export { RunFolder, type RunFolderOptions, type RunResult } from '../runs/run-folder.js';
export { browserFolder, removeBrowserFolder } from './browser-folder.js';
export { type JsonLinesOptions, jsonLines, readJsonLines, StoredJsonLines } from './json-lines.js';
export {
  connectTrainer,
  TrainerConnection,
  type TrainingEvents,
  type TrainingOutcome,
} from './worker/connect-trainer.js';
export type {
  ErrorValue,
  MessageEndpoint,
  StepNumbers,
  TrainingProgress,
  WorkerEvent,
  WorkerRequest,
} from './worker/messages.js';
export {
  type ServedTrainer,
  type ServedTraining,
  serveTrainer,
  type TrainerProgram,
} from './worker/serve-trainer.js';
