import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describeTensorBoard, readEventFiles } from '@trainkit/testing/tensorboard';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const LOG = fileURLToPath(new URL('../fixtures/log.js', import.meta.url));

type Points = readonly (readonly [step: number, value: unknown])[];

/** The points that the program logs: half of each step. */
const halves = (length: number): Points => Array.from({ length }, (_, step) => [step, step / 2]);

/** The points in the only file of the folder, which must be complete. */
function written(folder: string): Points {
  const files = Object.values(readEventFiles(folder));
  expect(files.map(({ error }) => error)).toEqual([null]);
  return files.flatMap(({ events }) =>
    events.flatMap(({ step, values = [] }) => values.map(({ value }) => [step, value] as const)),
  );
}

describe('in the file', () => ends(written));

describeTensorBoard('in TensorBoard', (tensorboard) => {
  ends((folder) => {
    const { plugins, kinds } = tensorboard.read(folder).loaded;
    expect(plugins).toEqual(kinds);
    const points = plugins['.']?.['loss'] ?? [];
    return points.map(([step, value]) => [step, value]);
  });
});

/** Asserts that `read` finds the logged points, however a program ends. */
function ends(read: (folder: string) => Points): void {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainkit-process-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['just ends', 0],
    ['calls process.exit', 0],
    ['throws', 1],
  ])('is everything from a program that %s, without close', async (how, code) => {
    const child = spawn(process.execPath, [LOG, folder, how], { stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([code, null]);
    expect(read(folder)).toEqual(halves(1000));
  });

  it('is everything from a program that is killed, but for the last moments', async () => {
    const child = spawn(process.execPath, [LOG, folder, 'is killed'], { stdio: 'ignore' });
    const exited = once(child, 'exit');
    while (readdirSync(folder).length === 0 || written(folder).length < 1000) await sleep(5);
    child.kill('SIGKILL');
    expect(await exited).toEqual([null, 'SIGKILL']);
    expect(read(folder)).toEqual(halves(1000));
  });

  it('contains all but the last batches of a program that never awaits and was killed', async () => {
    const child = spawn(process.execPath, [LOG, folder, 'never awaits'], { stdio: 'ignore' });
    const exited = once(child, 'exit');
    let name: string | undefined;
    while (name === undefined || statSync(join(folder, name)).size < 300_000) {
      [name] = readdirSync(folder);
      await sleep(5);
    }
    writeFileSync(join(folder, 'stop'), '');
    expect(await exited).toEqual([null, 'SIGKILL']);
    const points = read(folder);
    expect(points.length).toBeGreaterThan(5000);
    expect(points).toEqual(halves(points.length));
    expect(points).toEqual(written(folder));
  });

  // A real limit of the operating system, available to every user: files end at 20 KiB. The write
  // that reaches it is cut short, the next one fails.
  it.runIf(process.platform !== 'win32')('is what there was room for', async () => {
    const limited = 'trap "" XFSZ; ulimit -f 20; exec "$0" "$@"';
    const child = spawn('bash', ['-c', limited, process.execPath, LOG, folder, 'runs out of disk']);
    const said = { out: '', error: '' };
    child.stdout.on('data', (text) => {
      said.out += text;
    });
    child.stderr.on('data', (text) => {
      said.error += text;
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    const path = join(folder, readdirSync(folder)[0] ?? '');
    const points = read(folder);
    expect(points).toEqual(halves(points.length));
    expect(points.length).toBeGreaterThan(300);
    expect(points).toEqual(written(folder));
    expect(said).toEqual({
      out: `${2000 - points.length} events could not be written to ${path}: EFBIG: file too large, write. All others are in the file.\n`,
      error: `@trainkit/tensorboard: Writing ${path} failed: EFBIG: file too large, write. The file keeps its events; the rest waits in memory and is tried again every 3600 s. Make room, or close the writer.\n`,
    });
  });
}
