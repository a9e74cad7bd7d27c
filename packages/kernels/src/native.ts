export { type NativeKernels, nativeKernels } from './native-kernels.js';
