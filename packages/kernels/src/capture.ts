export { guardFields } from './guard-fields.js';
export {
  activeRecorder,
  type CaptureJournal,
  type CaptureRecorder,
  captureEpoch,
  freshScalar,
  freshTensor,
  type GuardValue,
  guard,
  guardMode,
  invalidateCaptures,
  preventCapture,
  type ResourceUpdate,
  setMode,
  sideEffect,
  withJournal,
  withRecorder,
} from './recording.js';
