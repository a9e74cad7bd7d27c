#!/usr/bin/env node
import { constants } from 'node:os';
import { errorMessage } from '@trainkit/checks';
import { displayCompilation, nativeRoot, provideAddon } from '@trainkit/native/build';
import { Argument, Command } from 'commander';
import { createDisplay } from './display.js';
import { diagnose, probe } from './doctor.js';
import { type InstallNativeOptions, installNative } from './install.js';
import { removeNative } from './remove.js';
import { nativeStatus } from './status.js';

const DIR = [
  '--dir <folder>',
  'where it is kept (default: $TRAINKIT_NATIVE_DIR, else the cache folder)',
] as const;
const PYTHON = ['--python <program>', 'the Python whose pip downloads TensorFlow'] as const;

/**
 * The interval in which two signals count as one: Ctrl-C reaches the whole process group, and the
 * parent may also pass it on.
 */
const SAME_PRESS_MS = 500;

const program = new Command('trainkit-native').description(
  'Provides the addon of the native backend, and TensorFlow for @tensorflow/tfjs-node where its own install cannot.',
);

program
  .command('addon', { isDefault: true })
  .description('provide the addon of the native backend: prebuilt, or compiled into the cache folder')
  .option('--force', 'compile it, even where one is there')
  .option(...DIR)
  .action(provideNativeAddon);

program
  .command('tensorflow')
  .description('provide the library, the addon and, where it is missing, the JavaScript of tfjs-node')
  .option('--version <version>', 'the version of TensorFlow')
  .option('--force', 'do it anew, even where everything is there')
  .option('--from <path>', 'a TensorFlow wheel, a folder with one, or a site-packages folder')
  .option('--allow-unpinned', "take tfjs-node's own build too, of whose addon no SHA-256 is known")
  .option('--allow-http', 'take that build from a mirror over http too')
  .option(...PYTHON)
  .option(...DIR)
  .action(installTensorflow);

program
  .command('doctor')
  .description('say what is there of both, what is missing and what to do')
  .option(...PYTHON)
  .option(...DIR)
  .action(async (options: { dir?: string; python?: string }) => {
    const findings = await diagnose(options);
    for (const { ok, text } of findings) console.log(`${ok ? '✔' : ok === false ? '✖' : '-'} ${text}`);
    process.exitCode = findings.some(({ ok }) => ok === false) ? 1 : 0;
  });

// The doctor's own probe. It runs in a separate process, since a library that crashes ends its
// process.
program
  .command('probe', { hidden: true })
  .addArgument(new Argument('<backend>').choices(['native', 'tensorflow']))
  .action(async (backend: 'native' | 'tensorflow') => console.log(await probe(backend)));

program
  .command('path')
  .description('print the folder where everything is kept')
  .option(...DIR)
  .action(({ dir }: { dir?: string }) => console.log(nativeRoot(dir)));

program
  .command('remove')
  .argument('[version]', 'one version of TensorFlow; without it everything')
  .description('remove what this command provided, everything or one version of TensorFlow')
  .option(...DIR)
  .action(async (version: string | undefined, { dir }: { dir?: string }) => {
    const root = nativeRoot(dir);
    const removed = await removeNative(root, version);
    if (removed.length > 0) console.log(`Removed from ${root}: ${removed.join(', ')}`);
    else console.log(`There is ${version ? `no TensorFlow ${version}` : 'nothing to remove'} in ${root}.`);
    if (removed.length === 0 && version !== undefined) process.exitCode = 1;
  });

async function provideNativeAddon({ dir, force }: { dir?: string; force?: boolean }): Promise<void> {
  const { signal, exitCode } = stopOnSignals();
  const display = displayCompilation();
  let isWork = false;
  try {
    const { path, from, compiler } = await provideAddon({
      ...{ dir, force, signal, retry: true, onStep: display.onStep },
      onProgress(done, total) {
        isWork = true;
        display.onProgress(done, total);
      },
    });
    display.end();
    const origin = from === 'package' ? 'prebuilt' : `compiled by ${compiler}`;
    console.log(`The native backend's addon ${isWork ? 'was' : 'is there,'} ${origin}: ${path}`);
  } catch (error) {
    display.end();
    console.error(signal.aborted ? 'Stopped; nothing was compiled.' : errorMessage(error));
    process.exitCode = exitCode();
  }
}

async function installTensorflow(options: InstallNativeOptions): Promise<void> {
  const { ready } = nativeStatus({ dir: options.dir });
  const nothingToDo = ready && !options.force && options.version === undefined && options.from === undefined;
  const { signal, exitCode } = stopOnSignals();
  const display = createDisplay();
  try {
    const { addon } = await installNative({ ...options, onProgress: display.report, signal });
    if (nothingToDo) console.log(`Everything is installed: ${addon?.path}`);
    else display.end(`TensorFlow for tfjs-node is installed: ${addon?.path}`);
  } catch (error) {
    display.end(signal.aborted ? 'Stopped; nothing was installed.' : errorMessage(error));
    process.exitCode = exitCode();
  }
}

/**
 * A signal that aborts on the first Ctrl-C, SIGTERM or SIGHUP, and the exit code of a command that
 * failed or was stopped.
 */
function stopOnSignals(): { signal: AbortSignal; exitCode: () => number } {
  const interrupted = new AbortController();
  let exitCode = 1;
  let stoppedAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!interrupted.signal.aborted) {
        exitCode = 128 + constants.signals[signal];
        stoppedAt = performance.now();
        interrupted.abort();
      } else if (performance.now() - stoppedAt > SAME_PRESS_MS) process.exit(exitCode);
    });
  }
  return { signal: interrupted.signal, exitCode: () => exitCode };
}

await program.parseAsync();
