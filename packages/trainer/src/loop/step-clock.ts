/** Measures the speed of steps; restarted after other work, such as a validation. */
export class StepClock {
  #step = 0;
  #time = 0;

  /** Starts at the given step. */
  start(step: number): void {
    this.#step = step;
    this.#time = performance.now();
  }

  /**
   * Returns steps per second since the start, and starts again; null if no time or no step has
   * passed.
   */
  lap(step: number): number | null {
    const steps = step - this.#step;
    const seconds = (performance.now() - this.#time) / 1000;
    this.start(step);
    return steps > 0 && seconds > 0 ? steps / seconds : null;
  }
}
