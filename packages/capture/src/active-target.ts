import { backend } from '@tensorflow/tfjs-core';
import { nativeRecording } from '@trainkit/kernels/native';
import { GraphTarget } from './graph/graph-target.js';
import { tensorFlow } from './graph/tensorflow.js';
import { NativeTarget } from './native/native-target.js';
import type { Target } from './target.js';

/** One for each backend that was active; null for those that replay nothing. */
const targets = new WeakMap<object, Target | null>();

/**
 * The active backend, where steps are replayed on it: tfjs-node with the door to saved models, or
 * native; else null.
 */
export function activeTarget(): Target | null {
  const active: object = backend();
  const known = targets.get(active);
  if (known !== undefined) return known;
  const made = makeTarget();
  targets.set(active, made);
  return made;
}

function makeTarget(): Target | null {
  const graphs = tensorFlow();
  if (graphs !== null) return new GraphTarget(graphs);
  const native = nativeRecording();
  return native === null ? null : new NativeTarget(native);
}
