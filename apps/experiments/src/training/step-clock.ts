/** Measures how fast steps are; started anew after what is no step, as an evaluation. */
export class StepClock {
  #step = 0;
  #time = 0;

  /** Starts, or starts anew, after so many steps. */
  start(step: number): void {
    this.#step = step;
    this.#time = performance.now();
  }

  /** Steps a second from the start to this step, at which it starts anew; null where no time or no step has passed. */
  lap(step: number): number | null {
    const steps = step - this.#step;
    const seconds = (performance.now() - this.#time) / 1000;
    this.start(step);
    return steps > 0 && seconds > 0 ? steps / seconds : null;
  }
}
