export {
  type NativeAdamInputs,
  type NativeMatMulOptions,
  type NativeMomentumInputs,
  type NativeMomentumOptions,
  type NativeOps,
  type NativeUpdateOptions,
  nativeOps,
} from './native-ops.js';
