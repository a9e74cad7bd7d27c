import { type InstallProgress, progressText } from './progress.js';

/** What shows an installation to the person at the terminal. */
export interface Display {
  report: (progress: InstallProgress) => void;
  /** Ends it with a last line. */
  end: (text: string) => void;
}

/** How often a line appears where there is no terminal, and how often the bar is drawn where there is one. */
const LINE_EVERY_MS = 3_000;
const BAR_EVERY_MS = 100;
const BAR_WIDTH = 24;

/**
 * A progress bar on a terminal; elsewhere (a log file, a pipe) a plain line every few seconds.
 *
 * The application of this repository has a status line of its own: that one shows any text, this one knows the steps
 * of an installation and writes at once when one begins. What they share is a dozen lines, and a widget is nothing
 * that a package about backends should export.
 */
export function createDisplay(
  stream: NodeJS.WriteStream = process.stderr,
  now: () => number = Date.now,
): Display {
  if (!stream.isTTY) return throttled(LINE_EVERY_MS, (text) => stream.write(`${text}\n`), now);
  // One line that is drawn over, and no more: the keyboard stays the program's, so that Ctrl-C cleans up.
  const draw = (text: string) => stream.write(`\r\u001b[K${text}`);
  const { report } = throttled(
    BAR_EVERY_MS,
    (text, progress) => draw(`${bar(progress)} ${text}`.slice(0, Math.max(1, (stream.columns || 80) - 1))),
    now,
  );
  return { report, end: (text) => draw(`${text}\n`) };
}

/** Writes at once when a new step begins, then every so many milliseconds. */
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
