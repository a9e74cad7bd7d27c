import { printable } from '@trainkit/checks';

/** An output stream for progress, such as `process.stderr`. */
export interface Terminal {
  /** Writes a text. */
  write(text: string): unknown;
  /** True for a terminal, whose line can be overwritten. */
  readonly isTTY?: boolean | undefined;
  /** The number of characters in a line. */
  readonly columns?: number | undefined;
}

const REDRAW_EVERY = 100;
const PLAIN_LINE_EVERY = 3000;
const CLEAR_LINE = '\r\x1b[2K';

/**
 * A status line of progress: redrawn in place on a terminal, elsewhere a plain line every 3
 * seconds.
 *
 * A text is escaped by `printable` of `@trainkit/checks`, since names of runs and files may contain
 * control sequences.
 *
 * It draws only when it receives a text, since a training loop leaves no time for timers. It does
 * not change the terminal's settings, so that Ctrl-C remains a signal.
 */
export class StatusLine {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #drawn: number;

  constructor(terminal: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
    // On a terminal, the first line is drawn at once; elsewhere, when there is a text.
    this.#drawn = terminal.isTTY === true ? Number.NEGATIVE_INFINITY : now();
  }

  /**
   * Shows the result of `text`, if it is time, and nothing if that is null. On a terminal wide
   * enough for both, `bar` precedes it.
   */
  update(text: () => string | null, bar: () => string = () => ''): void {
    const now = this.#now();
    const { isTTY = false, columns = 80 } = this.#terminal;
    if (now - this.#drawn < (isTTY ? REDRAW_EVERY : PLAIN_LINE_EVERY)) return;
    this.#drawn = now;
    const told = text();
    if (told === null) return;
    const words = printable(told);
    if (!isTTY) {
      this.#terminal.write(`${words}\n`);
      return;
    }
    // A line wider than the terminal would wrap, and only its last row could be cleared.
    const width = columns - 1;
    const picture = bar();
    const line = picture.length + words.length > width ? words : picture + words;
    this.#terminal.write(CLEAR_LINE + line.slice(0, width));
  }

  /** Writes a line that stays, in place of the status. */
  say(text: string): void {
    this.clear();
    this.#terminal.write(`${printable(text)}\n`);
  }

  /** Removes the status. */
  clear(): void {
    if (this.#terminal.isTTY === true) this.#terminal.write(CLEAR_LINE);
  }
}
