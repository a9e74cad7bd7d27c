import { type InstallProgress, progressText } from './progress.js';

/** Shows the progress of an installation in a terminal. */
export interface Display {
  report: (progress: InstallProgress) => void;
  /** Ends the display with a last line. */
  end: (text: string) => void;
}

/** The interval of lines without a terminal, and of updates of the bar with one. */
const LINE_EVERY_MS = 3_000;
const BAR_EVERY_MS = 100;
const BAR_WIDTH = 24;

/**
 * A progress bar on a terminal; elsewhere (a log file, a pipe) a plain line every few seconds.
 *
 * The application of this repository has a separate status line, which shows any text. This display
 * knows the steps of an installation and writes at once when one begins. They share too little code
 * to export a widget from this package.
 */
export function createDisplay(
  stream: NodeJS.WriteStream = process.stderr,
  now: () => number = Date.now,
): Display {
  if (!stream.isTTY) return throttled(LINE_EVERY_MS, (text) => stream.write(`${text}\n`), now);
  // The display only overwrites one line and does not read the keyboard, so that Ctrl-C still
  // reaches the program.
  const draw = (text: string) => stream.write(`\r\u001b[K${text}`);
  const { report } = throttled(
    BAR_EVERY_MS,
    (text, progress) => draw(`${bar(progress)} ${text}`.slice(0, Math.max(1, (stream.columns || 80) - 1))),
    now,
  );
  return { report, end: (text) => draw(`${text}\n`) };
}

/** Writes at once when a new step begins, then at a fixed interval. */
function throttled(
  every: number,
  write: (text: string, progress: InstallProgress) => void,
  now: () => number,
): Display {
  let last = { step: '', at: 0 };
  return {
    report(progress) {
      const at = now();
      if (progress.step === last.step && at - last.at < every) return;
      last = { step: progress.step, at };
      write(progressText(progress), progress);
    },
    end: (text) => write(text, { step: text }),
  };
}

function bar({ done = 0, total }: InstallProgress): string {
  const filled = total === undefined ? 0 : Math.min(BAR_WIDTH, Math.floor((BAR_WIDTH * done) / total));
  return '━'.repeat(filled) + '─'.repeat(BAR_WIDTH - filled);
}
