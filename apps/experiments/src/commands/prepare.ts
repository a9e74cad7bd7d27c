import { mkdtempSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { printable } from '@trainkit/checks';
import { StatusLine } from '@trainkit/trainer/node';
import type { RunConfig } from '../config/schema.js';
import { loadData } from '../data/load.js';
import { chooseBackend, NoBackend } from '../runs/backend.js';
import type { RunFolder } from '../runs/folder.js';
import type { RunOptions, SectionsOptions } from '../runs/options.js';
import { UserError } from '../terminal/user-error.js';
import type { ContextFlags, Flags } from './flags.js';

/** Steps of a smoke run. */
const SMOKE_STEPS = 20;
const SMOKE_EVALUATE_EVERY = 10;

/** The backend, data, folder and terminal of a command. */
export type RunContext = Pick<RunOptions, 'backend' | 'data' | 'dataSource' | 'out' | 'terminal' | 'signal'>;

/** Chooses the backend and loads the data, and reports both on standard error. */
async function prepare(flags: ContextFlags & { smoke?: boolean }, signal: AbortSignal): Promise<RunContext> {
  const terminal = process.stderr;
  const say = (line: string) => terminal.write(`${printable(line)}\n`);
  const backend = await chooseBackend({ prefer: flags.backend, install: flags.install, terminal, signal });
  say(`Backend: ${backend.name}. ${backend.reason}`);
  const line = new StatusLine(terminal);
  const source = flags.smoke ? (flags.data ?? 'sample') : flags.data;
  const data = await loadData(source, {
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
  const dataSource = name === 'sample' ? 'sample' : source && resolve(source);
  return { backend, data, dataSource, out: outFolder(flags), terminal, signal };
}

/** Prepares the options that all runs of a command share. */
export async function prepareRuns(flags: Flags, signal: AbortSignal): Promise<SectionsOptions> {
  return {
    ...(await prepare(flags, signal)),
    seed: flags.seed,
    seeds: flags.seeds,
    workers: flags.workers ?? (flags.seeds > 1 ? availableParallelism() : 1),
    steps: flags.steps ?? (flags.smoke ? SMOKE_STEPS : undefined),
    evaluateEvery: flags.smoke ? SMOKE_EVALUATE_EVERY : undefined,
    fresh: flags.fresh,
  };
}

/**
 * Prepares the backend and the data of an existing run. Another backend is used if the user names
 * it or the run's own is not available; other data are an error.
 */
export async function prepareFor(
  { path, config, sessions }: RunFolder,
  flags: ContextFlags,
  signal: AbortSignal,
): Promise<RunContext> {
  const data =
    flags.data ?? (config.data.name === 'sample' ? 'sample' : (sessions.at(-1)?.data ?? undefined));
  const wanted = { ...flags, ...(data === undefined ? {} : { data }) };
  let context: RunContext;
  try {
    context = await prepare({ ...wanted, backend: flags.backend ?? config.backend }, signal);
  } catch (error) {
    if (flags.backend !== undefined || !(error instanceof NoBackend)) throw error;
    process.stderr.write(`${error.message}\n`);
    context = await prepare(wanted, signal);
  }
  checkSameData(path, config, context.data.identity);
  return context;
}

function checkSameData(path: string, config: RunConfig, now: RunConfig['data']): void {
  if (now.sha256 === config.data.sha256) return;
  throw new UserError(
    `The run in ${path} was started with other data (${config.data.name}, ${config.data.trainImages} train images) than these ` +
      `(${now.name}, ${now.trainImages}). Name the folder of its data with --data.`,
  );
}

const FALLBACK =
  '*** The full Fashion-MNIST is not available: these runs use the embedded SAMPLE. ***\n' +
  '*** With the four files in a folder, pass it: --data DIR. ***';

const DATA_TITLES = {
  full: 'the full Fashion-MNIST',
  sample: 'the embedded SAMPLE of Fashion-MNIST',
  custom: 'a data set of your own',
} as const;

/**
 * Returns the output folder. A smoke run without `--out` gets a temporary one, so that it does not
 * mix with runs to be kept.
 */
function outFolder({ out, smoke = false }: { out?: string; smoke?: boolean }): string {
  if (out !== undefined) return resolve(out);
  return smoke ? mkdtempSync(join(tmpdir(), 'experiments-smoke-')) : process.cwd();
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
