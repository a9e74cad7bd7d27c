import type { Tensor } from '@tensorflow/tfjs-core';

/** A value that survives JSON. */
export type MetricStateValue =
  | string
  | number
  | boolean
  | null
  | readonly MetricStateValue[]
  | { readonly [name: string]: MetricStateValue };

/**
 * The state of a metric, by names: the result of {@link Metric.stateDict}.
 *
 * JSON has no NaN and no infinities: the metrics of this package write them as `"NaN"`,
 * `"Infinity"` and `"-Infinity"`.
 */
export type MetricState = { readonly [name: string]: MetricStateValue };

/**
 * A metric of a model over a whole set, accumulated over batches. All metrics of this package have
 * this type, and so does any object of your own with these five methods.
 *
 * `Value` is the type of the result, `Batch` the arguments of `update`: by default the outputs of
 * the model and the labels of a batch.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import type { Metric, MetricState } from '@trainkit/metrics';
 *
 * // The largest absolute error of all rows.
 * class LargestError implements Metric {
 *   #largest = 0;
 *
 *   update(outputs: tf.Tensor, labels: tf.Tensor): void {
 *     const largest = tf.tidy(() => tf.max(tf.abs(tf.sub(outputs, labels))).dataSync()[0] ?? 0);
 *     this.#largest = Math.max(this.#largest, largest);
 *   }
 *
 *   compute(): number {
 *     return this.#largest;
 *   }
 *
 *   reset(): void {
 *     this.#largest = 0;
 *   }
 *
 *   stateDict(): MetricState {
 *     return { largest: this.#largest };
 *   }
 *
 *   loadStateDict({ largest }: MetricState): void {
 *     if (typeof largest !== 'number') throw new TypeError('LargestError.loadStateDict: largest is no number.');
 *     this.#largest = largest;
 *   }
 * }
 *
 * const metric = new LargestError();
 * metric.update(tf.tensor1d([1, 2]), tf.tensor1d([1, 4]));
 * metric.update(tf.tensor1d([0]), tf.tensor1d([1]));
 * console.log(metric.compute()); // → 2
 * ```
 */
export interface Metric<
  Value = number,
  Batch extends readonly unknown[] = [outputs: Tensor, labels: Tensor],
> {
  /** Adds a batch. Reads its tensors with `dataSync` and leaves them to the caller. */
  update(...batch: Batch): void;
  /** Returns the metric over all batches since the start or the last `reset`. */
  compute(): Value;
  /** Removes all batches. */
  reset(): void;
  /** Returns the accumulated state as a plain object that survives JSON. */
  stateDict(): MetricState;
  /**
   * Replaces the accumulated state by one of `stateDict()`; throws and changes nothing if it does
   * not fit.
   */
  loadStateDict(state: MetricState): void;
}
