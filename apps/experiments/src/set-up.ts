import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadData } from './data.js';
import type { Flags } from './flags.js';
import { chooseBackend } from './native.js';
import type { RunOptions } from './perform-run.js';
import { StatusLine } from './status-line.js';

/** Enough to see that all works. */
const SMOKE_STEPS = 20;

/** Chooses the backend and loads the data, saying so on standard error: what all runs of a command share. */
export async function setUp(flags: Flags, signal: AbortSignal): Promise<RunOptions> {
  const terminal = process.stderr;
  const say = (line: string) => terminal.write(`${line}\n`);
  const backend = await chooseBackend({ prefer: flags.backend, install: flags.install, terminal, signal });
  say(`Backend: ${backend.name}. ${backend.reason}`);
  const line = new StatusLine(terminal);
  const data = await loadData(flags.smoke ? (flags.data ?? 'sample') : flags.data, {
    signal,
    onWarning: ({ message }) => {
      line.clear();
      say(message);
    },
    onProgress: ({ file, loaded, total }) =>
      line.update(() => `Downloading ${file}: ${megabytes(loaded)} of ${megabytes(total)} MB of the data`),
  });
  line.clear();
  if (data.fallback) say(`\n*** ${data.fallback}\n${FALLBACK}\n`);
  const { name, trainImages, testImages } = data.identity;
  say(`Data: ${DATA_TITLES[name]}, ${trainImages} train and ${testImages} test images.`);
  return {
    seed: flags.seed,
    steps: flags.steps ?? (flags.smoke ? SMOKE_STEPS : undefined),
    data,
    backend,
    out: outFolder(flags),
    fresh: flags.fresh,
    terminal,
    signal,
  };
}

const FALLBACK =
  '*** The full Fashion-MNIST cannot be had: these runs use the embedded SAMPLE. ***\n' +
  '*** With the four files in a folder, pass it: --data DIR. ***';

const DATA_TITLES = {
  full: 'the full Fashion-MNIST',
  sample: 'the embedded SAMPLE of Fashion-MNIST',
  custom: 'a data set of your own',
} as const;

/** A smoke run must not meet, or leave, runs that somebody means to keep. */
function outFolder({ out, smoke }: Flags): string {
  if (out !== undefined) return resolve(out);
  return smoke ? mkdtempSync(join(tmpdir(), 'experiments-smoke-')) : process.cwd();
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
