import { type DataId, engine } from '@tensorflow/tfjs-core';
import type { Kind, Source } from './recording.js';
import type { Target } from './target.js';

/** The origins of the data that a step works with, as far as they are known. */
export class TensorOrigins {
  readonly #target: Target;
  readonly #refuse: (reason: string) => void;
  readonly #known = new Map<DataId, Source>();
  /** Data that came to be in the step, by ways that nothing is known of. */
  readonly #unknown = new Set<DataId>();

  /** @param refuse told why the step cannot be a graph, where it uses what has no source */
  constructor(target: Target, refuse: (reason: string) => void) {
    this.#target = target;
    this.#refuse = refuse;
  }

  set(dataId: DataId, source: Source): void {
    this.#known.set(dataId, source);
  }

  /** The source that was set, or undefined. */
  get(dataId: DataId): Source | undefined {
    return this.#known.get(dataId);
  }

  /** Says that these data came to be in the step; what is set for them counts for more. */
  addUnknown(dataId: DataId): void {
    this.#unknown.add(dataId);
  }

  /**
   * The source of data that the step uses: what was there before it and is neither a variable nor
   * an argument is from outside.
   */
  of(dataId: DataId): Source {
    const known = this.#known.get(dataId);
    if (known !== undefined) return known;
    if (this.#unknown.has(dataId) || !engine().state.tensorInfo.has(dataId)) {
      this.#refuse('it uses a tensor that was made in a way that cannot be recorded');
      return { kind: 'external', dataId, shape: [], dtype: 0 };
    }
    const source: Source = { kind: 'external', dataId, ...this.kindOf(dataId) };
    this.#known.set(dataId, source);
    return source;
  }

  /** Takes the data over, where another backend has them. */
  kindOf(dataId: DataId): Kind {
    return this.#target.kindOf(dataId);
  }
}
