import type { Tensor } from '@tensorflow/tfjs-core';
import type { NativeBackend, NativeResult } from '@trainkit/kernels/node';
import { type Observer, runningOp, type Within } from '../observer.js';
import { KNOWN_OPS } from './known-ops.js';

/** Lets TensorFlow's backend tell of its ops; returns what ends that. */
export function watchTensorFlow(
  backend: NativeBackend,
  observer: Observer,
  within: () => Within,
): () => void {
  const {
    executeSingleOutput,
    executeMultipleOutputs,
    createOutputTensor,
    getInputTensorIds,
    move,
    read,
    readSync,
  } = backend;
  let running = false;
  const op = <T>(body: () => T): T => {
    running = true;
    try {
      return body();
    } finally {
      running = false;
    }
  };
  const reading = (dataId: Tensor['dataId']) => {
    const now = within();
    // It looks whether the indices are in bounds, as the op in a graph does.
    if (observer.isWatching && now.kernel !== 'GatherV2') observer.reading(dataId, now);
  };
  const patches: Partial<NativeBackend> = {
    executeSingleOutput: (name, attributes, inputs) => {
      const run = () => executeSingleOutput.call(backend, name, attributes, inputs);
      if (!observer.isWatching) return run();
      const sources = observer.sourcesOf(inputs);
      const output = op(run);
      observer.ran({ op: name, attributes, inputs: sources }, [output]);
      refuseUnknown(observer, name, within());
      return output;
    },
    executeMultipleOutputs: (name, attributes, inputs, count) => {
      const run = () => executeMultipleOutputs.call(backend, name, attributes, inputs, count);
      if (!observer.isWatching) return run();
      const sources = observer.sourcesOf(inputs);
      const outputs = op(run);
      observer.ran({ op: name, attributes, inputs: sources }, outputs);
      refuseUnknown(observer, name, within());
      return outputs;
    },
    getInputTensorIds: (tensors) => {
      // The backend itself comes by here for each op; others do for what they do past it.
      if (observer.isWatching && !running) observer.bypassing();
      return getInputTensorIds.call(backend, tensors);
    },
    createOutputTensor: (metadata: NativeResult): Tensor => {
      const tensor = createOutputTensor.call(backend, metadata);
      observer.made(tensor.dataId);
      return tensor;
    },
    move: (dataId, values, shape, dtype, refCount) => {
      move.call(backend, dataId, values, shape, dtype, refCount);
      observer.moved(dataId, values, shape);
    },
    read: (dataId) => {
      reading(dataId);
      return read.call(backend, dataId);
    },
    readSync: (dataId) => {
      reading(dataId);
      return readSync.call(backend, dataId);
    },
  };
  Object.assign(backend, patches);
  return () => {
    // The methods of the class, which these hid.
    for (const name of Object.keys(patches)) Reflect.deleteProperty(backend, name);
  };
}

function refuseUnknown(observer: Observer, op: string, within: Within): void {
  if (KNOWN_OPS.has(op)) return;
  const by = runningOp(within);
  const who = by === null || by === op ? '' : ` (called by ${by})`;
  observer.refuse(`it uses ${op}${who}, which is not known to give the same in a graph`);
}
