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

/** What decides the backend of a command. */
export interface BackendChoice {
  /** The backend that the person named; undefined means the fastest. */
  prefer: BackendName | undefined;
  /** Whether tfjs-node may be fetched where it is needed and missing. */
  install: boolean;
  terminal: Terminal;
  signal: AbortSignal;
}

/**
 * Selects the backend. Where the native one does not load and tfjs-node is missing, that is provided first. If this fails,
 * everything goes on with wasm, and commands of the next day do not try again by themselves.
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

/** The backend that was named cannot be had here. */
export class NoBackend extends UserError {}

async function nativeLoads(): Promise<boolean> {
  try {
    await useFastestBackend({ prefer: 'native' });
    return true;
  } catch {
    // The report of the backend that is taken instead says why.
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
  // Who names the backend wants it tried again.
  if (prefer === undefined && failedLately(failedBefore)) return;
  terminal.write(
    'tfjs-node is fetched once (about 210 MB): it is many times as fast as wasm. --no-install goes without.\n',
  );
  const line = new StatusLine(terminal);
  try {
    await installNative({ signal, onProgress: (news) => line.update(() => progressText(news)) });
    line.say('tfjs-node is there.');
  } catch (error) {
    line.clear();
    throwIfInterrupted(signal, 'while tfjs-node was fetched');
    if (prefer !== undefined)
      throw new NoBackend(`tfjs-node cannot be had here: ${errorMessage(error)}`, { cause: error });
    terminal.write(`tfjs-node cannot be had here, so it is wasm: ${errorMessage(error)}\n`);
    terminal.write('This is not tried again for a day; `npx trainkit-native tensorflow` tries.\n');
    rememberFailure(failedBefore, errorMessage(error));
  }
}

/** How long a failure is remembered: without it each command would wait for a download that cannot be had. */
const DAY_MS = 24 * 60 * 60 * 1000;

function failedLately(path: string): boolean {
  try {
    const failed = statSync(path, { throwIfNoEntry: false });
    return failed !== undefined && Date.now() - failed.mtimeMs < DAY_MS;
  } catch {
    // A cache folder that may not be entered: whatever is tried next says so.
    return false;
  }
}

function rememberFailure(path: string, why: string): void {
  try {
    makeFolder(dirname(path));
    writeFileSync(path, `${why}\n`);
  } catch {
    // Where nothing can be written, it is tried again next time.
  }
}
