#!/usr/bin/env node
/**
 * `pnpm experiments …`: builds what is not built yet, then is the application, in the caller's folder.
 *
 * The application runs in this very process, so the terminal, the exit code and the signals are its own.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TURBO = fileURLToPath(new URL('../../tooling/tasks/src/turbo.js', import.meta.url));
const CLI = fileURLToPath(new URL('dist/cli.js', import.meta.url));

/** A build that takes longer than this is told to whoever waits for it. */
const PATIENCE_MS = 1500;

/** Ctrl-C reaches a whole group of processes, and pnpm passes it on besides: one press may come twice. */
const SAME_PRESS_MS = 500;

mergeRepeated(['SIGINT', 'SIGTERM']);
const code = await build();
if (code === 0 && enterFolderOfCaller()) {
  process.argv[1] = CLI;
  await import(pathToFileURL(CLI).href);
} else {
  process.exitCode = code || 1;
}

/** Relative paths are the caller's, wherever pnpm has gone; false, and said so, where that folder is no more. */
function enterFolderOfCaller() {
  try {
    process.chdir(process.env['INIT_CWD'] ?? process.cwd());
    return true;
  } catch (error) {
    process.stderr.write(
      `error: The folder that this was started in cannot be entered: ${error}. Start it in another.\n`,
    );
    return false;
  }
}

/** Brings the application and its packages up to date; prints the builder's output only where it fails. */
function build() {
  const args = [
    TURBO,
    'build',
    '--filter=@trainkit/experiments...',
    '--output-logs=errors-only',
    '--no-color',
  ];
  const builder = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const patience = setTimeout(() => process.stderr.write('Building what has changed…\n'), PATIENCE_MS);
  /** @type {NodeJS.Signals | undefined} */
  let stopped;
  /** @param {NodeJS.Signals} signal */
  const stop = (signal) => {
    stopped = signal;
    builder.kill('SIGTERM');
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);

  let output = '';
  for (const stream of [builder.stdout, builder.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    /** @param {number | null} ended */
    const done = (ended) => {
      clearTimeout(patience);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      if (stopped) return resolve(stopped === 'SIGINT' ? 130 : 143);
      if (ended !== 0)
        process.stderr.write(`${output}\nThe build failed. Fix what stands above, or run: pnpm install\n`);
      return resolve(ended ?? 1);
    };
    builder.on('error', (error) => {
      output += String(error);
      done(1);
    });
    builder.on('close', done);
  });
}

/**
 * Lets a signal through once, however often it comes within the time of one key press.
 *
 * @param {readonly string[]} signals
 */
function mergeRepeated(signals) {
  /** @type {Map<unknown, number>} */
  const last = new Map();
  const emit = process.emit;
  /** @type {(event: string, ...rest: never[]) => boolean} */
  const once = (event, ...rest) => {
    if (signals.includes(event)) {
      const now = performance.now();
      const repeated = now - (last.get(event) ?? Number.NEGATIVE_INFINITY) < SAME_PRESS_MS;
      if (repeated) return true;
      last.set(event, now);
    }
    return Reflect.apply(emit, process, [event, ...rest]);
  };
  Object.defineProperty(process, 'emit', { value: once, configurable: true, writable: true });
}
