import type { NativeOps } from './native-ops.js';

/**
 * The browser's replacement of the native ops, which keeps bundles small; it throws an explanation.
 */
export function nativeOps(): NativeOps {
  throw new Error(
    "nativeOps: TensorFlow's native ops need the backend 'tensorflow' of Node.js; this is the browser's version. " +
      'Call them in the `tensorflow` version of a defineKernel, which only runs there.',
  );
}
