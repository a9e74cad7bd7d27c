import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname, platform } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { expectSameBytes, folder } from '../fixtures/idx-files.js';
import { serve, startMirror } from '../fixtures/mirror.js';
import { sampleBytes, sampleTable } from '../fixtures/sample-files.js';
import type { FashionMnistError } from './errors.js';
import { FolderStore } from './folder-store.js';
import type { DownloadProgress } from './load-options.js';
import { obtain } from './obtain.js';

/** Declares the sample as the published set. */
const TABLE = sampleTable();
const NAMES = Object.values(TABLE).map(({ name }) => name);
const PACKED = NAMES.map((name) => `${name}.gz`);

let cache: string;
beforeEach(async () => {
  cache = await folder();
});

/** Asserts that the cache folder has the four published files and nothing else. */
async function expectWhole(): Promise<void> {
  expect((await readdir(cache)).sort()).toEqual([...PACKED].sort());
  for (const name of NAMES) expectSameBytes(await readFile(join(cache, `${name}.gz`)), sampleBytes(name));
}

describe('an empty cache', () => {
  test('is filled from a mirror, once', async () => {
    const mirror = await startMirror();
    const progress: DownloadProgress[] = [];
    const first = await obtain(TABLE, new FolderStore(cache), [mirror.url], {
      onProgress: (state) => progress.push(state),
    });
    expect(first.train.length).toBe(6000);
    expect(first.test.length).toBe(1000);
    expect(first.complete).toBe(true);
    expect(first.source).toEqual({ kind: 'download', path: cache });
    expect(mirror.asked).toEqual(NAMES);
    await expectWhole();

    const total = Object.values(TABLE).reduce((sum, { packed }) => sum + packed.size, 0);
    expect(progress.every((state, i) => i === 0 || state.loaded >= progress[i - 1]!.loaded)).toBe(true);
    expect(progress.at(-1)).toEqual({
      file: PACKED[3],
      url: `${mirror.url}${PACKED[3]}`,
      loaded: total,
      total,
    });

    const second = await obtain(TABLE, new FolderStore(cache), [mirror.url], {});
    expect(second.source).toEqual({ kind: 'cache', path: cache });
    expectSameBytes(second.train.images, first.train.images);
    expectSameBytes(second.train.labels, first.train.labels);
    expect(mirror.asked).toEqual(NAMES);
  });

  test('is filled by two processes at once', async () => {
    // Each answer waits until both processes have requested the file, so that they write at the
    // same time.
    const waiting = new Map<string, () => void>();
    const mirror = await startMirror((name, response) => {
      const other = waiting.get(name);
      if (other === undefined) {
        waiting.set(name, () => serve(name, response));
      } else {
        other();
        serve(name, response);
      }
    });
    const results = await Promise.all([
      outputOf(startProcess(mirror.url)),
      outputOf(startProcess(mirror.url)),
    ]);
    const done = JSON.stringify({ length: 6000, kind: 'download' });
    expect(results).toEqual([done, done]);
    expect(mirror.asked.length).toBe(8);
    await expectWhole();
  });

  test('contains no partial file when a process is killed during a download', async () => {
    let halfway = () => {};
    const reached = new Promise<void>((resolve) => {
      halfway = resolve;
    });
    const mirror = await startMirror((name, response) => {
      if (name !== NAMES[2]) return serve(name, response);
      const bytes = sampleBytes(name);
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length / 2), () => halfway());
    });
    const child = startProcess(mirror.url);
    await reached;
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(cache)).not.toContain(PACKED[2]);
    const healthy = await startMirror();
    const { source } = await obtain(TABLE, new FolderStore(cache), [healthy.url], {});
    expect(source.kind).toBe('download');
    expect(healthy.asked).toEqual([NAMES[2], NAMES[3]]);
    await expectWhole();
  });
});

describe('a cache with a wrong file', () => {
  test.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 500)],
    ['of the right size with other contents', (bytes: Buffer) => Buffer.alloc(bytes.length, bytes)],
    ['replaced by nothing', () => Buffer.alloc(0)],
  ])('%s: only that one is fetched again', async (_, spoil) => {
    await Promise.all(NAMES.map((name) => writeFile(join(cache, `${name}.gz`), sampleBytes(name))));
    const spoilt = Buffer.from(spoil(sampleBytes(NAMES[1]!)));
    if (spoilt.length > 100) spoilt[100] = spoilt[100]! ^ 255;
    await writeFile(join(cache, PACKED[1]!), spoilt);
    const mirror = await startMirror();
    await expect(obtain(TABLE, new FolderStore(cache), [mirror.url], { download: false })).rejects.toThrow(
      `The cache ${cache} lacks ${PACKED[1]} (or has it with other contents)`,
    );
    expect(mirror.asked).toEqual([]);
    await obtain(TABLE, new FolderStore(cache), [mirror.url], {});
    expect(mirror.asked).toEqual([NAMES[1]]);
    await expectWhole();
  });

  test('left by a killed process under a temporary name: not used, and removed when an hour old', async () => {
    // Files of another machine, whose processes are not visible here.
    const old = join(cache, `.${PACKED[0]}.tmp-elsewhere-4194305-00000000`);
    const recent = join(cache, `.${PACKED[0]}.tmp-elsewhere-4194305-00000001`);
    const others = join(cache, '.notes.tmp-elsewhere-4194305-00000000');
    await Promise.all([old, recent, others].map((path) => writeFile(path, sampleBytes(NAMES[0]!))));
    const twoHoursAgo = Date.now() / 1000 - 7200;
    await Promise.all([old, others].map((path) => utimes(path, twoHoursAgo, twoHoursAgo)));
    const mirror = await startMirror();
    await obtain(TABLE, new FolderStore(cache), [mirror.url], {});
    expect(mirror.asked).toEqual(NAMES);
    expect((await readdir(cache)).sort()).toEqual([basename(recent), basename(others), ...PACKED].sort());
  });
});

describe('the files of a killed process', () => {
  test('are removed at once, even if the cache is complete, but not those of a running process', async () => {
    await Promise.all(NAMES.map((name) => writeFile(join(cache, `${name}.gz`), sampleBytes(name))));
    // The id exceeds the largest process id of Linux.
    const dead = `.${PACKED[0]}.tmp-${hostname()}-4194305-0000000a`;
    const alive = `.${PACKED[0]}.tmp-${hostname()}-${process.ppid}-0000000b`;
    await Promise.all([dead, alive].map((name) => writeFile(join(cache, name), 'half')));
    const { source } = await obtain(TABLE, new FolderStore(cache), [], {});
    expect(source.kind).toBe('cache');
    expect((await readdir(cache)).sort()).toEqual([alive, ...PACKED].sort());
  });
});

describe('a cache that cannot be written', () => {
  test('the downloaded files are used, and a warning says what to do', async () => {
    await writeFile(join(cache, 'file'), '');
    const mirror = await startMirror();
    const warnings: FashionMnistError[] = [];
    const { train, source, complete } = await obtain(
      TABLE,
      new FolderStore(join(cache, 'file', 'below')),
      [mirror.url],
      {
        onWarning: (warning) => warnings.push(warning),
      },
    );
    expect([train.length, complete]).toEqual([6000, true]);
    expect(source).toEqual({ kind: 'download', path: null });
    expect(mirror.asked).toEqual(NAMES);
    expect(warnings.map(({ code }) => code)).toEqual(['unwritable']);
    expect(warnings[0]?.message).toMatch(
      /^The cache folder .*below cannot be written \(The folder .*file cannot be made: a file has its name/,
    );
    expect(warnings[0]?.message).toContain(
      'choose another folder by cacheDir or, on Linux, by the variable XDG_CACHE_HOME',
    );
  });

  // In a separate process that is killed: Node's own recursive mkdir never returns here, and no
  // test could end it.
  test.runIf(platform() === 'linux')('under /proc is one of these', async () => {
    const mirror = await startMirror();
    const child = startProcess(mirror.url, '/proc/nothing/here', 'ignore');
    const guard = setTimeout(() => child.kill('SIGKILL'), 30_000);
    expect(await outputOf(child)).toBe(JSON.stringify({ length: 6000, kind: 'download' }));
    clearTimeout(guard);
  });

  test('warns in the console without a listener', async () => {
    await writeFile(join(cache, 'file'), '');
    const spy = vi.spyOn(console, 'warn').mockReturnValue();
    const mirror = await startMirror();
    await obtain(TABLE, new FolderStore(join(cache, 'file')), [mirror.url], {});
    expect(spy.mock.calls).toEqual([[expect.stringMatching(/^The cache folder .* cannot be written/)]]);
    spy.mockRestore();
  });

  test('and no mirror is an error that says unreachable, which a program can tell apart', async () => {
    await writeFile(join(cache, 'file'), '');
    const store = new FolderStore(join(cache, 'file'));
    await expect(obtain(TABLE, store, ['http://127.0.0.1:1/'], {})).rejects.toMatchObject({
      code: 'unreachable',
    });
    await expect(obtain(TABLE, store, [], { download: false })).rejects.toMatchObject({ code: 'missing' });
  });
});

function startProcess(mirror: string, folder = cache, stderr: 'inherit' | 'ignore' = 'inherit') {
  const script = fileURLToPath(new URL('../fixtures/obtain-process.js', import.meta.url));
  return spawn(process.execPath, [script, folder, mirror], { stdio: ['ignore', 'pipe', stderr] });
}

/** The output of a process that has ended successfully. */
async function outputOf(child: ReturnType<typeof startProcess>): Promise<string> {
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  return output.trim();
}
