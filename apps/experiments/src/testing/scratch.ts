import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { type Dataset, loadData } from '../data/load.js';
import type { Terminal } from '../terminal/terminal.js';

/** The data, folder and terminal of a test that trains runs. */
export interface Scratch {
  /** The embedded sample. */
  readonly data: Dataset;
  /** The test's own folder, for `--out`. */
  readonly out: string;
  /** The text written to {@link terminal}. */
  readonly printed: string;
  readonly terminal: Terminal;
}

/** Prepares it for each test of the calling file; `prefix` is the start of the folders' names. */
export function scratch(prefix: string): Scratch {
  let data: Dataset;
  let out: string;
  let printed: string;
  beforeAll(async () => {
    data = await loadData('sample');
  });
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), prefix));
    printed = '';
  });
  afterEach(() => {
    rmSync(out, { recursive: true });
  });
  return {
    get data() {
      return data;
    },
    get out() {
      return out;
    },
    get printed() {
      return printed;
    },
    terminal: {
      write: (text) => {
        printed += text;
        return true;
      },
    },
  };
}
