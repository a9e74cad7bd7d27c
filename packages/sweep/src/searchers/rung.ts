/** A trial at a rung. */
interface Entry {
  readonly trial: number;
  readonly loss: number;
}

/** The trials that have trained to one number of steps, in the order of their losses. */
export class Rung {
  readonly #all: Entry[] = [];
  readonly #waiting: Entry[] = [];

  /** Adds a trial that has trained to this rung. */
  add(trial: number, loss: number): void {
    const entry = { trial, loss };
    this.#all.splice(rankOf(this.#all, entry), 0, entry);
    this.#waiting.splice(rankOf(this.#waiting, entry), 0, entry);
  }

  /** Takes a trial that goes on to the next rung from those that could. */
  promote(trial: number, loss: number): void {
    const rank = rankOf(this.#waiting, { trial, loss });
    if (this.#waiting[rank]?.trial === trial) this.#waiting.splice(rank, 1);
  }

  /**
   * The best trial that is among the first 1 / `reduction` of this rung and has not gone on; null
   * where there is none.
   */
  promotable(reduction: number): number | null {
    const best = this.#waiting[0];
    if (best === undefined || best.loss === Infinity) return null;
    return rankOf(this.#all, best) < Math.floor(this.#all.length / reduction) ? best.trial : null;
  }
}

/** The number of entries that are better, found by bisection. */
function rankOf(entries: readonly Entry[], { trial, loss }: Entry): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = entries[middle]!;
    if (other.loss < loss || (other.loss === loss && other.trial < trial)) low = middle + 1;
    else high = middle;
  }
  return low;
}
