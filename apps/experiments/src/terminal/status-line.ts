/** Where progress is written: standard error, so that standard output holds results alone. */
export type Terminal = {
  write: (text: string) => boolean;
  isTTY?: boolean;
  columns?: number;
  /** Shows no progress: somebody else does. */
  quiet?: boolean;
};

const REDRAW_EVERY = 100;
const PLAIN_LINE_EVERY = 3000;
const CLEAR_LINE = '\r\x1b[2K';

/** What a {@link StatusLine} is given beside its terminal. */
export interface StatusLineOptions {
  /** The clock, in milliseconds; a test's own, or by default the process's. */
  now?: () => number;
}

/**
 * One line that says how far something is: redrawn in place on a terminal, else a plain line every 3 seconds.
 *
 * It draws when it is told something and never by a timer, since a training loop leaves timers no time; nor does it
 * touch the terminal's settings, so that Ctrl-C stays a signal.
 */
export class StatusLine {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #drawn: number;

  constructor(terminal: Terminal, { now = () => performance.now() }: StatusLineOptions = {}) {
    this.#terminal = terminal;
    this.#now = now;
    this.#drawn = now();
  }

  /** Shows a text if the last one is old enough; `bar` stands before it on a terminal that is wide enough for both. */
  update(text: () => string, bar: () => string = () => ''): void {
    if (this.#terminal.quiet) return;
    const now = this.#now();
    const { isTTY = false, columns = 80 } = this.#terminal;
    if (now - this.#drawn < (isTTY ? REDRAW_EVERY : PLAIN_LINE_EVERY)) return;
    this.#drawn = now;
    if (!isTTY) {
      this.#terminal.write(`${text()}\n`);
      return;
    }
    // A line wider than the terminal would wrap, and only its last row could be cleared.
    const width = columns - 1;
    const [words, picture] = [text(), bar()];
    const line = picture.length + words.length > width ? words : picture + words;
    this.#terminal.write(CLEAR_LINE + line.slice(0, width));
  }

  /** Takes the line away and writes one that stays. */
  finish(text: string): void {
    this.clear();
    this.#terminal.write(`${text}\n`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#terminal.isTTY) this.#terminal.write(CLEAR_LINE);
  }
}
