import type { NativeOps } from './native-ops.js';

/** What a browser gets in place of the native ops: bundles stay small, and whoever calls it is told. */
export function nativeOps(): NativeOps {
  throw new Error(
    "nativeOps: TensorFlow's native ops need the backend 'tensorflow' of Node.js; this is the browser's version. " +
      'Call them in the `tensorflow` version of a defineKernel, which only runs there.',
  );
}
