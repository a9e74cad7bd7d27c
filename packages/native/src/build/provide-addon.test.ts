import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeCompiler, onlyPrograms, temporaryCache, temporaryFolder } from '../../fixtures/machine.js';
import { findAddon, provideAddon } from './provide-addon.js';

const ENTRY = fileURLToPath(new URL('../../dist/build/index.js', import.meta.url));
const CACHED = { prebuilt: false } as const;

beforeEach(() => {
  vi.stubEnv('TRAINKIT_STRICT_COMPILER', '');
  // As few calls of the compiler as may be.
  vi.stubEnv('TRAINKIT_TARGETS', '');
});

/** A cache folder, and a g++ that only counts its calls. */
async function machine({ milliseconds = 0 } = {}) {
  const root = await temporaryCache();
  const calls = join(await temporaryFolder(), 'calls');
  await onlyPrograms({ 'g++': fakeCompiler(calls, milliseconds) });
  return { root, calls: () => (existsSync(calls) ? statSync(calls).size : 0) };
}

/** The names in a cache folder, but for that of object files. */
function entriesOf(root: string): string[] {
  return readdirSync(root).filter((name) => name !== 'objects');
}

/** Another process that provides the addon, and prints its path. */
function otherProcess(): ChildProcess {
  const program = `import { provideAddon } from ${JSON.stringify(ENTRY)};
    console.log((await provideAddon({ prebuilt: false })).path);`;
  return spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('provideAddon', () => {
  it('compiles the addon once, and leaves nothing else in the cache folder', async () => {
    const { root, calls } = await machine();
    const progress: [number, number][] = [];
    const onProgress = (...counts: [number, number]) => progress.push(counts);
    const addon = await provideAddon({ ...CACHED, onProgress });
    expect(addon).toMatchObject({ from: 'cache', compiler: 'g++ (fake) 12.2.0' });
    expect(entriesOf(root)).toHaveLength(1);
    expect(readdirSync(join(addon.path, '..')).sort()).toEqual(['build.json', 'trainkit.node']);
    const total = calls();
    expect(progress).toEqual(Array.from({ length: total + 1 }, (_, done) => [done, total]));
    expect(await provideAddon(CACHED)).toEqual(addon);
    expect(findAddon(CACHED)).toEqual(addon);
    expect(calls()).toBe(total);
    await provideAddon({ ...CACHED, force: true });
    expect(calls()).toBe(2 * total);
  });

  it('compiles only what has changed since an addon of other sources, compilers or flags', async () => {
    const { root, calls } = await machine();
    await provideAddon(CACHED);
    const total = calls();
    const [addon = ''] = entriesOf(root);
    rmSync(join(root, addon), { recursive: true });
    await provideAddon(CACHED);
    // The linker alone.
    expect(calls()).toBe(total + 1);
    rmSync(join(root, addon), { recursive: true });
    const [object = ''] = readdirSync(join(root, 'objects'));
    rmSync(join(root, 'objects', object));
    await provideAddon(CACHED);
    expect(calls()).toBe(total + 3);
    vi.stubEnv('TRAINKIT_STRICT_COMPILER', '1');
    await provideAddon(CACHED);
    expect(calls()).toBe(2 * total + 3);
  });

  it('removes object files that nobody has used for 30 days', async () => {
    const { root } = await machine();
    await provideAddon(CACHED);
    const [old = '', used = ''] = readdirSync(join(root, 'objects'));
    const time = new Date(Date.now() - 31 * 24 * 60 * 60 * 1000);
    for (const name of ['other.o', used]) {
      writeFileSync(join(root, 'objects', name), '');
      utimesSync(join(root, 'objects', name), time, time);
    }
    const [addon = ''] = entriesOf(root);
    rmSync(join(root, addon), { recursive: true });
    await provideAddon(CACHED);
    const left = readdirSync(join(root, 'objects'));
    expect(left).toEqual(expect.arrayContaining([old, used]));
    expect(left).not.toContain('other.o');
  });

  it('links the C++ library as the system has it, where the compiler has none to link into the addon', async () => {
    await temporaryCache();
    const withoutLibrary = 'case "$*" in *-static-libstdc++*) exit 1;; esac';
    await onlyPrograms({ 'g++': fakeCompiler('/dev/null', 0, withoutLibrary) });
    const { path } = await provideAddon(CACHED);
    expect(readFileSync(path, 'utf8')).toContain('-shared');
  });

  it('compiles it once where several processes ask at the same time', async () => {
    const alone = await machine();
    await provideAddon(CACHED);
    const { root, calls } = await machine({ milliseconds: 100 });
    const others = [otherProcess(), otherProcess(), otherProcess()];
    const codes = await Promise.all(others.map(async (other) => (await once(other, 'close'))[0]));
    expect(codes).toEqual([0, 0, 0]);
    expect(calls()).toBe(alone.calls());
    expect(entriesOf(root)).toHaveLength(1);
  });

  it('goes on where another process was killed in the middle', async () => {
    const { root, calls } = await machine({ milliseconds: 200 });
    const other = otherProcess();
    while (calls() === 0) await sleep(10);
    other.kill('SIGKILL');
    await once(other, 'close');
    expect(entriesOf(root)).not.toHaveLength(1);
    const { path } = await provideAddon(CACHED);
    expect(entriesOf(root)).toHaveLength(1);
    expect(existsSync(path)).toBe(true);
  });

  it.each([
    ['cut off', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 100))],
    [
      'altered',
      (path: string) =>
        writeFileSync(
          path,
          readFileSync(path).map((byte, i) => (i === 50 ? 0 : byte)),
        ),
    ],
    ['left without its record', (path: string) => writeFileSync(join(path, '..', 'build.json'), 'null')],
  ])('compiles one again that was %s', async (_, damage) => {
    const { root } = await machine();
    const { path } = await provideAddon(CACHED);
    const whole = readFileSync(path);
    damage(path);
    expect(findAddon(CACHED)).toBe(undefined);
    expect((await provideAddon(CACHED)).path).toBe(path);
    // The arguments name the scratch folder of their compilation.
    expect(readFileSync(path)).toHaveLength(whole.length);
    expect(entriesOf(root)).toHaveLength(1);
  });

  it('removes addons of other sources that nobody has used for 30 days', async () => {
    const { root } = await machine();
    const [old, recent] = ['native-0123456789abcdef', 'native-fedcba9876543210'];
    const day = 24 * 60 * 60 * 1000;
    for (const [name, days] of [
      [old, 31],
      [recent, 29],
      ['native-mine', 99],
    ] as const) {
      const folder = join(root, name);
      mkdirSync(folder);
      writeFileSync(join(folder, 'build.json'), '{}');
      const time = new Date(Date.now() - days * day);
      for (const path of [join(folder, 'build.json'), folder]) utimesSync(path, time, time);
    }
    await provideAddon(CACHED);
    expect(entriesOf(root)).toHaveLength(3);
    expect(existsSync(join(root, old))).toBe(false);
  });

  it('keeps the addons of compilers that CXX names apart', async () => {
    const { root } = await machine();
    await provideAddon(CACHED);
    vi.stubEnv('CXX', 'g++');
    await provideAddon(CACHED);
    expect(entriesOf(root)).toHaveLength(2);
  });

  it('leaves nothing behind where the compiler fails, or is stopped', async () => {
    const root = await temporaryCache();
    vi.stubEnv('CXX', 'false');
    await expect(provideAddon(CACHED)).rejects.toThrow('`false` ended with exit code 1');
    vi.stubEnv('CXX', '');
    const calls = join(await temporaryFolder(), 'calls');
    await onlyPrograms({ 'g++': fakeCompiler(calls, 600_000) });
    const signal = AbortSignal.timeout(300);
    await expect(provideAddon({ ...CACHED, signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(entriesOf(root)).toEqual([]);
  });
});

describe('provideAddon in a cache folder with damage', () => {
  const asFile = (path: string) => {
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, '');
  };
  const asFolder = (path: string) => {
    rmSync(path, { force: true });
    mkdirSync(join(path, 'inside'), { recursive: true });
  };

  it.each([
    ['the folder of the addon', 'ADDON', asFile, 'file', 'folder'],
    ['the addon', 'ADDON/trainkit.node', asFolder, 'folder', 'file'],
    ['the record of the addon', 'ADDON/build.json', asFolder, 'folder', 'file'],
    ['the folder of object files', 'objects', asFile, 'file', 'folder'],
    ['an object file', 'objects/OBJECT', asFolder, 'folder', 'file'],
    ['the lock', 'ADDON.lock', asFile, 'file', 'folder'],
  ] as const)(
    'says what to remove where %s is of the other kind',
    async (_, name, damage, received, expected) => {
      const { root } = await machine();
      await provideAddon(CACHED);
      const [addon = ''] = entriesOf(root);
      const [object = ''] = readdirSync(join(root, 'objects'));
      const path = join(root, name.replace('ADDON', addon).replace('OBJECT', object));
      const wasThere = name === 'ADDON' || name.startsWith('ADDON/');
      if (!wasThere) rmSync(join(root, addon), { recursive: true });
      damage(path);
      await expect(provideAddon(CACHED)).rejects.toThrow(
        `${path} is a ${received}; expected a ${expected}. Remove it: what belongs there is made again.`,
      );
      rmSync(path, { recursive: true });
      await provideAddon(CACHED);
    },
  );
});

/** A Python that has the package ziglang. */
const PYTHON_WITH_ZIG = `
if (args.join(' ') === '-m ziglang version') { console.log('0.17.9'); process.exit(0); }
if (args.slice(0, 4).join(' ') !== '-m ziglang c++ -target') process.exit(1);
fs.writeFileSync(args[args.indexOf('-o') + 1], args.join('\\n'));`;

/** A g++ that cannot compile the addon. */
const OLD_COMPILER = `
if (args.includes('--version')) { console.log('g++ (fake) 4.8'); process.exit(0); }
console.error('error: unrecognized command line option -std=c++17');
process.exit(1);`;

describe('provideAddon with a compiler that fails', () => {
  it('takes zig', async () => {
    await temporaryCache();
    await onlyPrograms({ 'g++': OLD_COMPILER, python3: PYTHON_WITH_ZIG });
    expect(await provideAddon(CACHED)).toMatchObject({ compiler: 'zig 0.17.9' });
  });

  it('says in one sentence that zig is not to be had, or fails as well', async () => {
    await temporaryCache();
    await onlyPrograms({ 'g++': OLD_COMPILER });
    const failure = 'the addon could not be compiled: `g\\+\\+` ended with exit code 1';
    await expect(provideAddon(CACHED)).rejects.toThrow(
      new RegExp(`^${failure}; pip could not bring PyPI's compiler ziglang either \\(pip is missing .*\\)$`),
    );
    const failing = PYTHON_WITH_ZIG.replace('fs.writeFileSync', 'process.exit(1);');
    await onlyPrograms({ 'g++': OLD_COMPILER, python3: failing });
    await expect(provideAddon(CACHED)).rejects.toThrow(
      new RegExp(
        `^${failure}; zig 0.17.9 could not compile it either \\(the addon could not be compiled: .*\\)$`,
      ),
    );
  });

  it.each([
    ['named by CXX', { CXX: 'g++' }],
    ['asked to make every warning an error', { TRAINKIT_STRICT_COMPILER: '1' }],
  ])('takes no other where that is %s', async (_, variables) => {
    await temporaryCache();
    await onlyPrograms({ 'g++': OLD_COMPILER, python3: PYTHON_WITH_ZIG });
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    await expect(provideAddon(CACHED)).rejects.toThrow('unrecognized command line option');
  });
});

describe('provideAddon without a compiler', () => {
  it("takes the zig of Python's package ziglang, for this platform", async () => {
    await temporaryCache();
    await onlyPrograms({ python3: PYTHON_WITH_ZIG });
    const { path, compiler } = await provideAddon(CACHED);
    expect(compiler).toBe('zig 0.17.9');
    expect(readFileSync(path, 'utf8')).toMatch(/^-m\nziglang\nc\+\+\n-target\n(x86_64|aarch64)-/);
  });

  it("downloads zig by pip, held against the wheels' SHA-256, and runs it without Python", async () => {
    const root = await temporaryCache();
    const zig = `#!${process.execPath}
const args = process.argv.slice(2);
require('node:fs').writeFileSync(args[args.indexOf('-o') + 1], args.join('\\n'));`;
    await onlyPrograms({
      python3: `
if (args.includes('ziglang')) process.exit(1);
if (args.includes('--version')) { console.log('pip 24.0 from /lib/pip (python 3.11)'); process.exit(0); }
if (!args.includes('--require-hashes')) process.exit(1);
if (!/^ziglang==[\\d.]+( --hash=sha256:[0-9a-f]{64})+\\n$/.test(fs.readFileSync(args.at(-1), 'utf8'))) process.exit(1);
const folder = args[args.indexOf('--target') + 1] + '/ziglang';
fs.mkdirSync(folder);
fs.writeFileSync(folder + '/zig', ${JSON.stringify(zig)});`,
    });
    const steps: string[] = [];
    const { compiler } = await provideAddon({ ...CACHED, onStep: (step) => steps.push(step) });
    expect(compiler).toMatch(/^zig \d/);
    expect(steps).toEqual(['Downloading the compiler zig by pip, once (100 MB)']);
    expect(readdirSync(root).some((name) => name.startsWith('zig-'))).toBe(true);
    await onlyPrograms({});
    await provideAddon({ ...CACHED, force: true });
  });

  it('says in one sentence what to install, and does not try a failed download again for a day', async () => {
    const root = await temporaryCache();
    await onlyPrograms({});
    await expect(provideAddon(CACHED)).rejects.toThrow(
      /^no C\+\+ compiler found \(g\+\+, c\+\+, clang\+\+\): install one \(.*\), or name it by the variable CXX; pip could not bring PyPI's compiler ziglang either \(pip is missing .*\)$/,
    );
    const tries = join(await temporaryFolder(), 'tries');
    await onlyPrograms({
      python3: `
if (args.includes('--version')) process.exit(0);
if (args.includes('install')) fs.appendFileSync(${JSON.stringify(tries)}, '.');
process.exit(1);`,
    });
    await expect(provideAddon(CACHED)).rejects.toThrow('`python3` ended with exit code 1');
    await expect(provideAddon(CACHED)).rejects.toThrow('zig could not be downloaded within the last day');
    expect(statSync(tries).size).toBe(1);
    await expect(provideAddon({ ...CACHED, retry: true })).rejects.toThrow('ended with exit code 1');
    expect(statSync(tries).size).toBe(2);
    expect(readdirSync(root)).toEqual(['zig-tried-in-vain']);
  });

  it('downloads nothing where that is not wanted', async () => {
    await temporaryCache();
    await onlyPrograms({ python3: 'process.exit(0)' });
    await expect(provideAddon({ ...CACHED, download: false })).rejects.toMatchObject({
      name: 'CompilerMissing',
    });
  });
});
