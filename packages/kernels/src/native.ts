export { type NativeKernels, nativeKernels } from './native-kernels.js';
export {
  type NativeListener,
  type NativePlan,
  type NativePlanArray,
  type NativePlanCall,
  type NativeRecording,
  nativeRecording,
} from './native-recording.js';
