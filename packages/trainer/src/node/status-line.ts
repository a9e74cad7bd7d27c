import { printable } from '@trainkit/checks';

/** A stream that progress is written to, such as `process.stderr`. */
export interface Terminal {
  /** Writes a text. */
  write(text: string): unknown;
  /** True for a terminal, whose line can be drawn again. */
  readonly isTTY?: boolean | undefined;
  /** Characters in a line. */
  readonly columns?: number | undefined;
}

const REDRAW_EVERY = 100;
const PLAIN_LINE_EVERY = 3000;
const CLEAR_LINE = '\r\x1b[2K';

/**
 * One line that says how far something is: drawn again in place on a terminal, else a plain line every 3 seconds.
 *
 * A text is shown as `printable` of `@trainkit/checks` has it: names of runs and files may hold sequences that a terminal obeys.
 *
 * It draws when it is given a text and never by a timer, since a training loop leaves timers no time; and it leaves the
 * terminal's settings alone, so that Ctrl-C stays a signal.
 */
export class StatusLine {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #drawn: number;

  constructor(terminal: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
    // The first line of a terminal comes at once, a plain one when there is something to say.
    this.#drawn = terminal.isTTY === true ? Number.NEGATIVE_INFINITY : now();
  }

  /** Shows what `text` returns, if it is time, and nothing where that is null; `bar` stands before it on a terminal that is wide enough for both. */
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

  /** Takes the status away. */
  clear(): void {
    if (this.#terminal.isTTY === true) this.#terminal.write(CLEAR_LINE);
  }
}
