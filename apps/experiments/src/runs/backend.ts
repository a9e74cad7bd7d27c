import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type BackendName,
  type BackendReport,
  installNative,
  nativeStatus,
  progressText,
  useFastestBackend,
} from '@trainkit/backend';
import { errorMessage } from '@trainkit/checks';
import { makeFolder } from '@trainkit/checks/files';
import { StatusLine } from '@trainkit/trainer/node';
import { throwIfInterrupted } from '../terminal/interruption.js';
import type { Terminal } from '../terminal/terminal.js';
import { UserError } from '../terminal/user-error.js';

/** The options that decide the backend of a command. */
export interface BackendChoice {
  /** The backend that the user named; undefined means the fastest. */
  prefer: BackendName | undefined;
  /** True if tfjs-node may be downloaded if it is needed and missing. */
  install: boolean;
  terminal: Terminal;
  signal: AbortSignal;
}

/**
 * Selects the backend. If the native backend does not load and tfjs-node is missing, tfjs-node is
 * downloaded first. If this fails, wasm is used, and commands do not try again for a day.
 */
export async function chooseBackend({
  prefer,
  install,
  terminal,
  signal,
}: BackendChoice): Promise<BackendReport> {
  const wantsTensorflow = prefer === 'tensorflow' || (prefer === undefined && !(await nativeLoads()));
  if (install && wantsTensorflow) await provideTensorflow({ prefer, terminal, signal });
  try {
    return await useFastestBackend({ prefer });
  } catch (cause) {
    throw new NoBackend(errorMessage(cause), { cause });
  }
}

/** The error for a named backend that is not available here. */
export class NoBackend extends UserError {}

async function nativeLoads(): Promise<boolean> {
  try {
    await useFastestBackend({ prefer: 'native' });
    return true;
  } catch {
    // The report of the backend used instead gives the reason.
    return false;
  }
}

async function provideTensorflow({
  prefer,
  terminal,
  signal,
}: Omit<BackendChoice, 'install'>): Promise<void> {
  const { ready, root } = nativeStatus();
  if (ready) return;
  const failedBefore = join(root, 'experiments-tried-in-vain');
  // A named backend is tried again.
  if (prefer === undefined && failedLately(failedBefore)) return;
  terminal.write(
    'tfjs-node is downloaded once (about 210 MB): it is many times as fast as wasm. --no-install skips it.\n',
  );
  const line = new StatusLine(terminal);
  try {
    await installNative({ signal, onProgress: (news) => line.update(() => progressText(news)) });
    line.say('tfjs-node is installed.');
  } catch (error) {
    line.clear();
    throwIfInterrupted(signal, 'while tfjs-node was fetched');
    if (prefer !== undefined)
      throw new NoBackend(`tfjs-node is not available here: ${errorMessage(error)}`, { cause: error });
    terminal.write(`tfjs-node is not available here, so wasm is used: ${errorMessage(error)}\n`);
    terminal.write('Commands do not try again for a day; `npx trainkit-native tensorflow` does.\n');
    rememberFailure(failedBefore, errorMessage(error));
  }
}

/**
 * Time for which a failure is remembered, so that commands do not wait for a failing download each
 * time.
 */
const DAY_MS = 24 * 60 * 60 * 1000;

function failedLately(path: string): boolean {
  try {
    const failed = statSync(path, { throwIfNoEntry: false });
    return failed !== undefined && Date.now() - failed.mtimeMs < DAY_MS;
  } catch {
    // The cache folder cannot be read; the next operation on it reports the reason.
    return false;
  }
}

function rememberFailure(path: string, why: string): void {
  try {
    makeFolder(dirname(path));
    writeFileSync(path, `${why}\n`);
  } catch {
    // Without a written mark, the next command tries again.
  }
}
