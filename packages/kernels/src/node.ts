export { type NativeMatMulOptions, type NativeOps, nativeOps } from './native-ops.js';
