/**
 * The clock of a journal: it advances with the heartbeats in it, and knows no other time.
 *
 * A tick ends once one worker has given two heartbeats in it. Every worker lets a beat interval
 * pass between two beats, by a clock that nobody sets, so a tick lasts at least one interval
 * wherever the clocks of the machines stand; with any worker alive it lasts at most two. A worker
 * without a sign of life for `lease` ticks counts as dead.
 */
export class WorkerClock {
  readonly #lease: number;
  #tick = 0;
  /** Workers that gave a heartbeat in this tick. */
  #beating = new Set<string>();
  /** Ticks of the last signs of life, the oldest first. */
  readonly #seen = new Map<string, number>();
  /** The numbers of the last heartbeats. */
  readonly #beats = new Map<string, number>();

  constructor(lease: number) {
    this.#lease = lease;
  }

  /** Ticks so far. */
  get tick(): number {
    return this.#tick;
  }

  /** Workers that count as alive. */
  get alive(): readonly string[] {
    return [...this.#seen.keys()];
  }

  /** Returns true for a worker that counts as alive. */
  isAlive(worker: string): boolean {
    return this.#seen.has(worker);
  }

  /** Counts a sign of life that is no heartbeat. */
  sign(worker: string): void {
    // The order of a Map is that of insertion.
    this.#seen.delete(worker);
    this.#seen.set(worker, this.#tick);
  }

  /**
   * Counts a heartbeat, and returns the workers that count as dead from now on. A beat that came
   * before counts not.
   */
  beat(worker: string, beat: number): string[] {
    if (beat <= (this.#beats.get(worker) ?? 0)) return [];
    this.#beats.set(worker, beat);
    if (!this.#beating.has(worker)) {
      this.#beating.add(worker);
      this.sign(worker);
      return [];
    }
    this.#tick++;
    this.#beating = new Set([worker]);
    this.sign(worker);
    const dead: string[] = [];
    for (const [other, tick] of this.#seen) {
      if (this.#tick - tick < this.#lease) break;
      dead.push(other);
    }
    for (const other of dead) this.#seen.delete(other);
    return dead;
  }

  /** All of the clock as plain JSON. */
  stateDict(): WorkerClockState {
    return {
      tick: this.#tick,
      beating: [...this.#beating],
      seen: [...this.#seen],
      beats: [...this.#beats],
    };
  }

  /** Goes on from a {@link stateDict}. */
  loadStateDict({ tick, beating, seen, beats }: WorkerClockState): void {
    this.#tick = tick;
    this.#beating = new Set(beating);
    this.#seen.clear();
    for (const [worker, at] of seen) this.#seen.set(worker, at);
    this.#beats.clear();
    for (const [worker, beat] of beats) this.#beats.set(worker, beat);
  }
}

/** All of a `WorkerClock`. */
export interface WorkerClockState {
  /** Ticks so far. */
  tick: number;
  /** Workers that gave a heartbeat in this tick. */
  beating: string[];
  /** Ticks of the last signs of life, the oldest first. */
  seen: [worker: string, tick: number][];
  /** The numbers of the last heartbeats. */
  beats: [worker: string, beat: number][];
}
