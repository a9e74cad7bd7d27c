import { duration } from './duration.js';
import { StatusLine, type StatusLineOptions, type Terminal } from './status-line.js';

/** What there is to say about a running training. */
export interface ProgressUpdate {
  step: number;
  loss: number;
  accuracy: number;
}

const BAR_WIDTH = 20;

/** The progress of one run: step, loss, accuracy, speed and time left. */
export class Progress {
  readonly #title: string;
  readonly #steps: number;
  readonly #line: StatusLine;
  readonly #now: () => number;
  readonly #start: number;
  readonly #firstStep: number;

  /** @param options.start steps that were done before, by an earlier process: they say nothing of the speed */
  constructor(
    title: string,
    {
      steps,
      terminal,
      start = 0,
      now = () => performance.now(),
    }: { steps: number; terminal: Terminal; start?: number } & StatusLineOptions,
  ) {
    this.#title = title;
    this.#steps = steps;
    this.#line = new StatusLine(terminal, { now });
    this.#now = now;
    this.#start = now();
    this.#firstStep = start;
  }

  update({ step, loss, accuracy }: ProgressUpdate): void {
    const filled = Math.round((step / this.#steps) * BAR_WIDTH);
    this.#line.update(
      () => {
        const perSecond = ((step - this.#firstStep) / (this.#now() - this.#start)) * 1000;
        const left = Math.ceil((this.#steps - step) / perSecond);
        return (
          `${this.#title}  step ${step}/${this.#steps}  loss ${loss.toFixed(4)}  accuracy ${accuracy.toFixed(3)}  ` +
          `${perSecond.toFixed(0)} steps/s  ${duration(left)} left`
        );
      },
      () => `${'━'.repeat(filled)}${'─'.repeat(BAR_WIDTH - filled)}  `,
    );
  }

  /** Writes a lasting line above the progress. */
  say(text: string): void {
    this.#line.finish(text);
  }

  /** Takes the progress away and writes one lasting line. */
  finish(text: string): void {
    this.#line.finish(`${this.#title}  ${text}  (${((this.#now() - this.#start) / 1000).toFixed(1)} s)`);
  }

  /** Takes the progress away, for an error's sake. */
  clear(): void {
    this.#line.clear();
  }
}
