import type { DataId } from '@tensorflow/tfjs-core';
import type { NativeBackend } from '@trainkit/kernels/node';
import type { Observer, Within } from '../observer.js';
import type { Kind, Recording } from '../recording.js';
import type { Program, Target } from '../target.js';
import { GraphProgram } from './graph-program.js';
import { watchTensorFlow } from './watch-tensorflow.js';

/** TensorFlow, which runs a step as one graph. */
export class GraphTarget implements Target {
  readonly backend: NativeBackend;
  readonly sharesAcrossShapes = false;

  constructor(backend: NativeBackend) {
    this.backend = backend;
  }

  has(dataId: DataId): boolean {
    return this.backend.tensorMap.has(dataId);
  }

  kindOf(dataId: DataId): Kind {
    const { shape, dtype } = this.backend.tensorMap.get(dataId);
    return { shape, dtype };
  }

  refCount(dataId: DataId): number {
    return this.backend.refCount(dataId);
  }

  incRef(dataId: DataId): void {
    this.backend.incRef(dataId);
  }

  watch(observer: Observer, within: () => Within): () => void {
    return watchTensorFlow(this.backend, observer, within);
  }

  program(recording: Recording): Program {
    return new GraphProgram(this.backend, recording);
  }
}
