import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe } from 'vitest';
import { tensorboardPython } from './tensorboard-python.js';
import { serveTensorBoard, type TensorBoardServer } from './tensorboard-server.js';

export type { TensorBoardServer } from './tensorboard-server.js';

/** One event, as the strict reader reads it. */
export interface ReadEvent {
  step: number;
  wallTime: number;
  what: 'file_version' | 'session_log' | 'summary';
  fileVersion?: string;
  status?: number;
  values?: readonly ReadValue[];
}

/** What an event says of a tag. */
export interface ReadValue {
  tag: string;
  kind: 'simple_value' | 'histo' | 'image' | 'tensor';
  plugin?: string;
  value: unknown;
}

/** A point that TensorBoard shows: its step and, for a scalar, its value. */
export type Point = readonly [step: number, value?: number | string];

/** The points of each tag of each run; the run of the folder itself is `.`. */
export type Runs = Readonly<Record<string, Readonly<Record<string, readonly Point[]>>>>;

/** What the real TensorBoard reads in a folder. */
export interface ReadFolder {
  /** Every event file, read by the strict reader, and the error that it ended with: the file is torn or damaged. */
  files: Readonly<Record<string, { events: readonly ReadEvent[]; error: string | null }>>;
  /** What TensorBoard's own loader shows (`plugins`), and the one that scripts use (`kinds`). */
  loaded: { plugins: Runs; kinds: Runs };
}

/** The real TensorBoard. */
export interface TensorBoard {
  /** A new folder for the runs of a test. */
  folder(): Promise<string>;
  /** Reads all in a folder with every Python reader of TensorBoard. */
  read(folder: string): Promise<ReadFolder>;
  /** Starts it on a folder, with the loader written in Rust. */
  serve(folder: string): Promise<TensorBoardServer>;
}

const SCRIPT = fileURLToPath(new URL('../python/read_events.py', import.meta.url));

/** As for backends: what is missing is skipped, but in continuous integration it is a failure. */
const REQUIRED = process.env['TRAINKIT_REQUIRE_BACKENDS'] === '1';

/** Runs `suite` with the real TensorBoard, which is installed for the tests where it is missing. */
export async function describeTensorBoard(
  title: string,
  suite: (tensorboard: TensorBoard) => void,
): Promise<void> {
  const found = await tensorboardPython().then(
    (python) => ({ python }),
    (error: unknown) => ({ reason: String(error) }),
  );
  const reason = 'reason' in found ? found.reason : undefined;
  const python = 'python' in found ? found.python : 'python3';
  describe.skipIf(reason !== undefined && !REQUIRED)(title, () => {
    const folders: string[] = [];
    beforeAll(() => {
      if (reason !== undefined) throw new Error(`TensorBoard is required here: ${reason}`);
    });
    afterAll(async () => {
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    });
    suite({
      async folder() {
        const folder = await mkdtemp(join(tmpdir(), 'trainkit-runs-'));
        folders.push(folder);
        return folder;
      },
      async read(folder) {
        const { stdout } = await promisify(execFile)(python, [SCRIPT, folder], { maxBuffer: 2 ** 30 });
        return JSON.parse(stdout) as ReadFolder;
      },
      serve: (folder) => serveTensorBoard(python, folder),
    });
  });
}
