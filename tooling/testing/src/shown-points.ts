import { readEventFiles } from './event-file-reader.js';

/**
 * Returns the points of a tag as TensorBoard shows them: the session of a later file drops the
 * points of earlier files from its step on.
 *
 * @throws Error where a file is damaged; the last record of a file may be torn
 */
export function shownPoints(folder: string, tag: string): [step: number, value: unknown][] {
  let shown: [number, unknown][] = [];
  for (const [path, { events, error }] of Object.entries(readEventFiles(folder))) {
    if (error !== null && !error.startsWith('truncated record')) throw new Error(`${path}: ${error}`);
    for (const { what, step, values = [] } of events) {
      if (what === 'session_log') shown = shown.filter(([before]) => before < step);
      for (const value of values) if (value.tag === tag) shown.push([step, value.value]);
    }
  }
  return shown;
}
