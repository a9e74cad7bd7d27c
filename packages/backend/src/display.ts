import { progress } from '@clack/prompts';
import { type InstallProgress, progressText } from './progress.js';

/** What shows an installation to the person at the terminal. */
export interface Display {
  report: (progress: InstallProgress) => void;
  /** Ends it with a last line. */
  end: (text: string, ok: boolean) => void;
}

/** How often a line appears where there is no terminal. */
const LINE_EVERY_MS = 3_000;

/** A progress bar on a terminal; elsewhere (a log file, a pipe) a plain line every few seconds. */
export function createDisplay(stream: NodeJS.WriteStream = process.stderr): Display {
  return stream.isTTY ? bar(stream) : lines((line) => stream.write(`${line}\n`));
}

function bar(output: NodeJS.WriteStream): Display {
  const shown = progress({ max: 100, output });
  let percent = 0;
  let step = '';
  shown.start('Starting');
  return {
    report(news) {
      if (news.step !== step) shown.advance(-percent);
      if (news.step !== step) percent = 0;
      step = news.step;
      const now = news.total && news.done ? Math.floor((100 * news.done) / news.total) : percent;
      shown.advance(now - percent, progressText(news));
      percent = now;
    },
    end(text, ok) {
      if (ok) shown.stop(text);
      else shown.error(text);
    },
  };
}

/** Writes at once when a new step begins, then every few seconds. */
export function lines(write: (line: string) => void, now: () => number = Date.now): Display {
  let last = { step: '', at: 0 };
  return {
    report(news) {
      if (news.step === last.step && now() - last.at < LINE_EVERY_MS) return;
      last = { step: news.step, at: now() };
      write(progressText(news));
    },
    end: write,
  };
}
