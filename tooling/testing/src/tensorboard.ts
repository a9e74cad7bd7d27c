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

/** The contents of a folder, as the real TensorBoard reads them. */
export interface ReadFolder {
  /** Every event file, read by the strict reader, with the error for a torn or damaged file. */
  files: ReadFiles;
  /** The runs in TensorBoard's own loader (`plugins`), and in the one for scripts (`kinds`). */
  loaded: { plugins: Runs; kinds: Runs };
}

/** The real TensorBoard. */
export interface TensorBoard {
  /** Creates a folder for the runs of a test. */
  folder(): string;
  /** Reads a folder with every Python reader of TensorBoard. */
  read(folder: string): ReadFolder;
  /** Starts TensorBoard on a folder, with one of its two loaders. */
  serve(folder: string, loader: Loader): Promise<TensorBoardServer>;
}

const SCRIPT = fileURLToPath(new URL('../python/read_events.py', import.meta.url));

/**
 * Runs `suite` with the real TensorBoard of the Python that `TRAINKIT_PYTHON` names, as
 * `describePython` does.
 */
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
