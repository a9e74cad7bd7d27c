/** A run that waits, and what it is ordered by. */
interface Waiting {
  readonly run: string;
  /**
   * Steps to train to: promotions come before new trials, so that a rung is left only once its best
   * are gone.
   */
  readonly goal: number;
  /** The order of the proposals. */
  readonly order: number;
}

/** The runs that wait for a worker, the first in logarithmic time: a binary heap. */
export class RunQueue {
  readonly #heap: Waiting[] = [];

  /** Runs that wait, and runs that waited and were not yet dropped. */
  get length(): number {
    return this.#heap.length;
  }

  /** The run that comes first. */
  get first(): string | undefined {
    return this.#heap[0]?.run;
  }

  /** Adds a run. */
  push(run: string, goal: number, order: number): void {
    const heap = this.#heap;
    heap.push({ run, goal, order });
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!isBefore(heap[i]!, heap[parent]!)) break;
      this.#swap(i, parent);
      i = parent;
    }
  }

  /** Drops the run that comes first. */
  pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && isBefore(heap[child]!, heap[least]!)) least = child;
      }
      if (least === i) break;
      this.#swap(i, least);
      i = least;
    }
  }

  #swap(i: number, j: number): void {
    const [a, b] = [this.#heap[i]!, this.#heap[j]!];
    [this.#heap[i], this.#heap[j]] = [b, a];
  }
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return a.goal === b.goal ? a.order < b.order : a.goal > b.goal;
}
