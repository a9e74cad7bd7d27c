export {
  type NativeKernels,
  type NativeListener,
  type NativePlan,
  type NativePlanArray,
  type NativePlanCall,
  type NativeRecording,
  nativeKernels,
  nativeRecording,
} from './native-kernels.js';
