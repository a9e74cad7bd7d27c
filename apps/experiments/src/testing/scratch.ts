import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { type Dataset, loadData } from '../data/load.js';
import type { Terminal } from '../terminal/terminal.js';

/** What a test needs that makes runs. */
export interface Scratch {
  /** The embedded sample. */
  readonly data: Dataset;
  /** A folder of the test's own, for `--out`. */
  readonly out: string;
  /** What the test has written to {@link terminal}. */
  readonly printed: string;
  readonly terminal: Terminal;
}

/** Prepares it for each test of the file that calls this; `prefix` begins the folders' names. */
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
