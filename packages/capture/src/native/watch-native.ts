import type { DataId, TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeRecording } from '@trainkit/kernels/native';
import type { Observer, Within } from '../observer.js';

/** Kernels of the cpu backend that look at the shape of their input alone. */
const SHAPE_ONLY = new Set(['OnesLike', 'ZerosLike']);

/** Lets the native backend tell of its kernel calls; returns what ends that. */
export function watchNative(backend: NativeRecording, observer: Observer, within: () => Within): () => void {
  /** Memory that no kernel has written yet. */
  const fresh = new Set<DataId>();
  backend.record({
    allocated: ({ dataId }) => {
      observer.made(dataId);
      if (observer.isWatching) fresh.add(dataId);
    },
    ran: (kernel, tensors, numbers) => {
      if (!observer.isWatching) return;
      for (const tensor of tensors) {
        if (tensor === null) continue;
        const { dtype } = backend.arrayKind(tensor.dataId);
        if (dtype !== tensor.dtype)
          observer.refuse(`it reads ${dtype} as ${tensor.dtype} in the kernel ${kernel}`);
      }
      const outputs = tensors.filter(
        (tensor): tensor is TensorInfo => tensor !== null && fresh.delete(tensor.dataId),
      );
      observer.ranKernel(kernel, tensors, outputs, numbers);
    },
    wrote: (dataId, values) => observer.moved(dataId, values, [backend.arrayKind(dataId).length]),
    reading: (dataId) => {
      if (observer.isWatching) observer.reading(dataId, within());
    },
    fellBack: (kernel, inputs) => {
      if (!observer.isWatching || SHAPE_ONLY.has(kernel)) return;
      // What it makes of constants is a constant, equal in every run.
      if (observer.sourcesOf(inputs).every(({ kind }) => kind === 'constant')) return;
      const { gradient } = within();
      const where = gradient === null ? '' : `, in the gradient of ${gradient},`;
      observer.refuse(`the op ${kernel}${where} has no native kernel`);
    },
  });
  return () => backend.record(null);
}
