export type {
  NativeAttribute,
  NativeBackend,
  NativeBinding,
  NativeResult,
  NativeTensorData,
  NativeValues,
} from './native-backend.js';
export {
  type NativeAdamInputs,
  type NativeMatMulOptions,
  type NativeMomentumInputs,
  type NativeMomentumOptions,
  type NativeOps,
  type NativeUpdateOptions,
  nativeOps,
} from './native-ops.js';
