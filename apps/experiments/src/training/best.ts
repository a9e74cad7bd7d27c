import type { ExperimentConfig } from '../config/schema.js';
import type { TestMetrics } from '../figures/metrics.js';
import type { BestState } from './training-state.js';

/**
 * Watches the evaluations: which was the best, and whether it is time to stop.
 *
 * Better is a smaller test loss, or what early stopping watches, by more than its `minDelta`. A NaN is never better.
 */
export class Best {
  readonly #metric: 'test_loss' | 'test_accuracy';
  readonly #minDelta: number;
  readonly #patience: number;
  #state: BestState = { best: null, worse: 0 };

  constructor(earlyStopping: ExperimentConfig['earlyStopping']) {
    this.#metric = earlyStopping?.metric ?? 'test_loss';
    this.#minDelta = earlyStopping?.minDelta ?? 0;
    this.#patience = earlyStopping?.patience ?? Number.POSITIVE_INFINITY;
  }

  /** Hears an evaluation; true where it is the best so far. */
  hear(test: TestMetrics): boolean {
    const { best, worse } = this.#state;
    const gain =
      best === null
        ? Number.POSITIVE_INFINITY
        : (best[this.#metric] - test[this.#metric]) * (this.#metric === 'test_loss' ? 1 : -1);
    const better = gain > this.#minDelta && Number.isFinite(test[this.#metric]);
    this.#state = better ? { best: test, worse: 0 } : { best, worse: worse + 1 };
    return better;
  }

  /** Whether early stopping has run out of patience. */
  get exhausted(): boolean {
    return this.#state.worse >= this.#patience;
  }

  /** The best evaluation, or null before the first. */
  get best(): TestMetrics | null {
    return this.#state.best;
  }

  state(): BestState {
    return this.#state;
  }

  restore(state: BestState): void {
    this.#state = state;
  }
}
