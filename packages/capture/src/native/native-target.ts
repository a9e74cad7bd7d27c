import type { DataId } from '@tensorflow/tfjs-core';
import type { NativeRecording } from '@trainkit/kernels/native';
import type { Observer, Within } from '../observer.js';
import type { Kind, Recording } from '../recording.js';
import type { Program, Target } from '../target.js';
import { dtypeNumber } from './dtypes.js';
import { NativeProgram } from './native-program.js';
import { watchNative } from './watch-native.js';

/** The native backend, which runs a step as its list of kernel calls. */
export class NativeTarget implements Target {
  readonly backend: NativeRecording;
  readonly sharesAcrossShapes = true;

  constructor(backend: NativeRecording) {
    this.backend = backend;
  }

  has(dataId: DataId): boolean {
    return this.backend.hasData(dataId);
  }

  kindOf(dataId: DataId): Kind {
    const { dtype, length } = this.backend.arrayKind(dataId);
    return { shape: [length], dtype: dtypeNumber(dtype) };
  }

  refCount(dataId: DataId): number {
    return this.backend.refCount(dataId);
  }

  incRef(dataId: DataId): void {
    this.backend.incRef(dataId);
  }

  watch(observer: Observer, within: () => Within): () => void {
    return watchNative(this.backend, observer, within);
  }

  program(recording: Recording): Program {
    return new NativeProgram(this.backend, recording);
  }
}
