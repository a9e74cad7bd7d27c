import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { ReadFiles } from './event-file-reader.js';
import { describePython } from './python.js';
import { type Loader, serveTensorBoard, type TensorBoardServer } from './tensorboard-server.js';

export { type ReadEvent, type ReadFiles, type ReadValue, readEventFiles } from './event-file-reader.js';
export { readPng } from './png-reader.js';
export { shownPoints } from './shown-points.js';
export type { Loader, TensorBoardServer } from './tensorboard-server.js';

/** A point that TensorBoard shows: its step and, for a scalar, its value. */
export type Point = readonly [step: number, value?: number | string];

/** The points of each tag of each run; the run of the folder itself is `.`. */
export type Runs = Readonly<Record<string, Readonly<Record<string, readonly Point[]>>>>;

/** What the real TensorBoard reads in a folder. */
export interface ReadFolder {
  /** Every event file, read by the strict reader, and the error that it ended with: the file is torn or damaged. */
  files: ReadFiles;
  /** What TensorBoard's own loader shows (`plugins`), and the one that scripts use (`kinds`). */
  loaded: { plugins: Runs; kinds: Runs };
}

/** The real TensorBoard. */
export interface TensorBoard {
  /** A new folder for the runs of a test. */
  folder(): string;
  /** Reads all in a folder with every Python reader of TensorBoard. */
  read(folder: string): ReadFolder;
  /** Starts it on a folder, with one of its two loaders. */
  serve(folder: string, loader: Loader): Promise<TensorBoardServer>;
}

const SCRIPT = fileURLToPath(new URL('../python/read_events.py', import.meta.url));

/** Runs `suite` with the real TensorBoard of the Python that `TRAINKIT_PYTHON` names, as `describePython` does. */
export function describeTensorBoard(title: string, suite: (tensorboard: TensorBoard) => void): void {
  describePython(title, ['tensorboard', 'PIL'], (python) => {
    const folders: string[] = [];
    afterAll(() => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    });
    suite({
      folder() {
        const folder = mkdtempSync(join(tmpdir(), 'trainkit-runs-'));
        folders.push(folder);
        return folder;
      },
      read: (folder) => JSON.parse(python(SCRIPT, { args: [folder] })) as ReadFolder,
      serve: (folder, loader) => serveTensorBoard(folder, loader),
    });
  });
}
