#!/usr/bin/env node
/**
 * The command `pnpm experiments …`: builds outdated packages, then runs the application in the
 * caller's folder.
 *
 * The application runs in this process, so it receives the terminal and the signals and sets the
 * exit code.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TURBO = fileURLToPath(new URL('../../tooling/tasks/src/turbo.js', import.meta.url));
const CLI = fileURLToPath(new URL('dist/cli.js', import.meta.url));

/** Time in milliseconds after which a line says that the build is running. */
const PATIENCE_MS = 1500;

/**
 * Time in milliseconds in which repeated signals count as one key press. Ctrl-C reaches the whole
 * process group, and pnpm passes it on too.
 */
const SAME_PRESS_MS = 500;

mergeRepeated(['SIGINT', 'SIGTERM']);
const code = await build();
if (code === 0 && enterFolderOfCaller()) {
  process.argv[1] = CLI;
  await import(pathToFileURL(CLI).href);
} else {
  process.exitCode = code || 1;
}

/**
 * Changes to the caller's folder, from which pnpm may have moved, so that relative paths resolve
 * there. Returns false, after an error message, if the folder does not exist.
 */
function enterFolderOfCaller() {
  try {
    process.chdir(process.env['INIT_CWD'] ?? process.cwd());
    return true;
  } catch (error) {
    process.stderr.write(`error: The current folder cannot be entered: ${error}. Start in another folder.\n`);
    return false;
  }
}

/** Builds the application and its packages; prints the output only of a failed build. */
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
        process.stderr.write(`${output}\nThe build failed. Fix the errors above, or run: pnpm install\n`);
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
 * Passes a signal on once within the time of one key press.
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
