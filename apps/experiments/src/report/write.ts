import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.js';
import type { RunResult } from '../results.js';
import { messageOf, UserError } from '../user-error.js';
import { section1Report } from './section-1.js';

/** Writes `report.html` into `out` (temporary file, then rename) and returns its path. */
export async function writeReport(out: string, results: readonly RunResult[]): Promise<string> {
  const path = join(out, 'report.html');
  const temporary = `${path}.${process.pid}.tmp`;
  const html = await section1Report(results);
  try {
    makeFolder(out);
    writeFileSync(temporary, html);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new UserError(`The report ${path} could not be written: ${messageOf(cause)}.`, {
      cause,
    });
  }
  return path;
}
