#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { nativeRoot } from './cache-dir.js';
import { createDisplay } from './display.js';
import { diagnose, probe } from './doctor.js';
import { type InstallNativeOptions, installNative } from './install.js';
import { message } from './message.js';
import { nativeStatus } from './status.js';

const DIR = [
  '--dir <folder>',
  'where it is kept (default: $TRAINKIT_NATIVE_DIR, else the cache folder)',
] as const;
const PYTHON = ['--python <program>', 'the Python whose pip downloads TensorFlow'] as const;

const program = new Command('trainkit-native').description(
  'Provides TensorFlow for @tensorflow/tfjs-node where its own install cannot.',
);

program
  .command('install', { isDefault: true })
  .description('provide the library, the addon and, where it is missing, the JavaScript of tfjs-node')
  .option('--version <version>', 'the version of TensorFlow')
  .option('--force', 'do it anew, even where everything is there')
  .option('--from <path>', 'a TensorFlow wheel, a folder with one, or a site-packages folder')
  .option(...PYTHON)
  .option(...DIR)
  .action(install);

program
  .command('doctor')
  .description('say what is there, what is missing and what to do')
  .option(...PYTHON)
  .option(...DIR)
  .action(async (options: { dir?: string; python?: string }) => {
    const findings = await diagnose(options);
    for (const { ok, text } of findings) console.log(`${ok ? '✔' : ok === false ? '✖' : '-'} ${text}`);
    process.exitCode = findings.at(-1)?.ok ? 0 : 1;
  });

// The doctor's own: in a process of its own, because a library that crashes takes that with it.
program.command('probe', { hidden: true }).action(async () => console.log(await probe()));

program
  .command('path')
  .description('print the folder where everything is kept')
  .option(...DIR)
  .action(({ dir }: { dir?: string }) => console.log(nativeRoot(dir)));

program
  .command('remove')
  .description('remove everything that install provided')
  .option(...DIR)
  .action(async ({ dir }: { dir?: string }) => {
    const root = nativeRoot(dir);
    // The cache folder may hold other things of the project, such as data sets.
    const own = (existsSync(root) ? await readdir(root) : []).filter((name) =>
      /^(tensorflow-\d|tfjs-node-\d|\.staging-)/.test(name),
    );
    for (const name of own) await rm(join(root, name), { recursive: true, force: true });
    console.log(
      own.length === 0 ? `There is nothing to remove in ${root}.` : `Removed from ${root}: ${own.join(', ')}`,
    );
  });

async function install(options: InstallNativeOptions): Promise<void> {
  const { ready, addon } = nativeStatus(options);
  if (ready && !options.force && options.version === undefined && options.from === undefined) {
    console.log(`Everything is there: ${addon?.path}`);
    return;
  }
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort()).once('SIGTERM', () => interrupted.abort());
  const display = createDisplay();
  try {
    const status = await installNative({
      ...options,
      onProgress: display.report,
      signal: interrupted.signal,
    });
    display.end(`TensorFlow for tfjs-node is there: ${status.addon?.path}`);
  } catch (error) {
    display.end(interrupted.signal.aborted ? 'Stopped; nothing was installed.' : message(error));
    process.exitCode = interrupted.signal.aborted ? 130 : 1;
  }
}

await program.parseAsync();
