import { UserError } from './user-error.js';

/** Where progress is written: standard error, so that standard output holds results alone. */
export type Terminal = Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number };

/** What there is to say about a running training. */
export interface ProgressUpdate {
  step: number;
  loss: number;
  accuracy: number;
}

const REDRAW_EVERY = 100;
const PLAIN_LINE_EVERY = 3000;
const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\x1b[2K';

/**
 * The progress of one run: a bar that is redrawn in place, or without a terminal a plain line every 3 seconds.
 *
 * It draws when the training tells it something and never by a timer: a training loop leaves timers no time.
 */
export class Progress {
  readonly #title: string;
  readonly #steps: number;
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #start: number;
  #drawn: number;

  constructor(
    title: string,
    {
      steps,
      terminal = process.stderr,
      now = () => performance.now(),
    }: { steps: number; terminal?: Terminal; now?: () => number },
  ) {
    this.#title = title;
    this.#steps = steps;
    this.#terminal = terminal;
    this.#now = now;
    this.#start = now();
    this.#drawn = this.#start;
  }

  update(update: ProgressUpdate): void {
    const now = this.#now();
    if (now - this.#drawn < (this.#terminal.isTTY ? REDRAW_EVERY : PLAIN_LINE_EVERY)) return;
    this.#drawn = now;
    const line = this.#line(update, now);
    if (!this.#terminal.isTTY) {
      this.#terminal.write(`${this.#title}  ${line}\n`);
      return;
    }
    const filled = Math.round((update.step / this.#steps) * BAR_WIDTH);
    const bar = '━'.repeat(filled) + '─'.repeat(BAR_WIDTH - filled);
    // A line wider than the terminal would wrap, and only its last row could be cleared.
    const text = `${this.#title}  ${bar}  ${line}`.slice(0, (this.#terminal.columns ?? 80) - 1);
    this.#terminal.write(CLEAR_LINE + text);
  }

  /** Takes the bar away and writes one lasting line. */
  finish(text: string): void {
    const seconds = ((this.#now() - this.#start) / 1000).toFixed(1);
    this.#terminal.write(
      `${this.#terminal.isTTY ? CLEAR_LINE : ''}${this.#title}  ${text}  (${seconds} s)\n`,
    );
  }

  /** Takes the bar away, for an error's sake. */
  clear(): void {
    if (this.#terminal.isTTY) this.#terminal.write(CLEAR_LINE);
  }

  #line({ step, loss, accuracy }: ProgressUpdate, now: number): string {
    const perSecond = (step / (now - this.#start)) * 1000;
    const left = Math.ceil((this.#steps - step) / perSecond);
    return (
      `step ${step}/${this.#steps}  loss ${loss.toFixed(4)}  accuracy ${accuracy.toFixed(3)}  ` +
      `${perSecond.toFixed(0)} steps/s  ${left} s left`
    );
  }
}

/** Throws what a person is to read after Ctrl-C, if `signal` says that they pressed it. */
export function throwIfInterrupted(signal: AbortSignal, where: string): void {
  if (!signal.aborted) return;
  throw new UserError(
    `Interrupted ${where}. The same command starts that run again; finished runs are kept.`,
    {
      exitCode: signal.reason === 'SIGTERM' ? 143 : 130,
    },
  );
}
