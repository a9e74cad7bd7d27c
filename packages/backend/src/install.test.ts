import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FAKE_COMPILER, fakePrograms, fakePython, temporaryFolder } from '../fixtures/machine.js';
import { makeWheel, WHEEL_FILES, WHEEL_NAME } from '../fixtures/wheel.js';
import { libraryVersion } from './addon.js';
import { type InstallNativeOptions, installNative } from './install.js';
import { provideJavascript } from './javascript.js';
import { packagedTfjsNode } from './native-layout.js';
import { pinOf } from './pins.js';
import { nativeStatus } from './status.js';

// The fake compiler makes no real addon, so this runs on any machine; only loading the addon is
// replaced.
vi.mock(import('./addon.js'), async (original) => ({ ...(await original()), libraryVersion: vi.fn() }));
// A spy, so that one test can simulate a project without tfjs-node.
vi.mock(import('./native-layout.js'), { spy: true });
vi.mock(import('./javascript.js'), { spy: true });
// The wheel of these tests does not have the published digest.
vi.mock(import('./pins.js'), { spy: true });

/**
 * A machine with a wheel that pip can download, a compiler, and no connection to tfjs-node's own
 * server.
 */
async function machine({
  wheel = makeWheel(),
  milliseconds = 0,
} = {}): Promise<{ dir: string; wheel: string }> {
  const path = join(await temporaryFolder(), WHEEL_NAME);
  await writeFile(path, wheel);
  await fakePrograms({ python3: fakePython(path, milliseconds), 'g++': FAKE_COMPILER });
  vi.stubEnv('TFJS_NODE_CDN_STORAGE', 'http://127.0.0.1:1');
  return { dir: await temporaryFolder(), wheel: path };
}

function onPlatform(platform: NodeJS.Platform, arch: NodeJS.Architecture): void {
  const before = { platform: process.platform, arch: process.arch };
  const set = (values: typeof before) => {
    for (const [key, value] of Object.entries(values)) Object.defineProperty(process, key, { value });
  };
  set({ platform, arch });
  onTestFinished(() => set(before));
}

beforeEach(() => {
  vi.mocked(pinOf).mockReset().mockReturnValue(null);
  vi.mocked(libraryVersion).mockReset().mockResolvedValue('2.15.1');
  onPlatform('linux', 'x64');
  return () => {
    vi.mocked(packagedTfjsNode).mockReset();
    vi.mocked(provideJavascript).mockReset();
  };
});

describe('installNative', () => {
  it('provides library and addon from the wheel, and nothing else stays', async () => {
    const { dir } = await machine();
    const steps = new Set<string>();
    const status = await installNative({ dir, onProgress: ({ step }) => steps.add(step) });
    const folder = join(dir, 'tensorflow-2.15.1');
    expect(status).toMatchObject({
      ready: true,
      root: dir,
      missing: [],
      addon: { path: join(folder, 'tfjs_binding.node'), from: 'cache' },
    });
    expect(readdirSync(dir)).toEqual(['tensorflow-2.15.1']);
    expect(readdirSync(folder).sort()).toEqual(
      ['LICENSE', 'THIRD_PARTY_NOTICES.txt', 'lib', 'native.json', 'tfjs_binding.node'].sort(),
    );
    expect(JSON.parse(await readFile(join(folder, 'native.json'), 'utf8'))).toEqual({
      tensorflow: '2.15.1',
      tfjsNode: '4.22.0',
      chosen: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      sizes: expect.objectContaining({
        'tfjs_binding.node': statSync(join(folder, 'tfjs_binding.node')).size,
      }),
      sha256: expect.objectContaining({ 'tfjs_binding.node': expect.stringMatching(/^[0-9a-f]{64}$/) }),
      modified: expect.objectContaining({ 'tfjs_binding.node': expect.any(Number) }),
    });
    expect([...steps]).toEqual([
      'Downloading TensorFlow 2.15.1',
      'Unpacking the library',
      "Compiling tfjs-node's addon",
      'Loading it for a test',
    ]);
  });

  it('does nothing if everything is installed, unless it is forced', async () => {
    const { dir } = await machine();
    await installNative({ dir });
    await installNative({ dir });
    await installNative({ dir, version: '2.15.1' });
    expect(libraryVersion).toHaveBeenCalledTimes(1);
    await installNative({ dir, force: true });
    expect(libraryVersion).toHaveBeenCalledTimes(2);
  });

  it('uses a given wheel, without pip and without the network', async () => {
    const { dir, wheel } = await machine();
    await fakePrograms({ 'g++': FAKE_COMPILER }, { alone: true });
    expect((await installNative({ dir, from: wheel })).ready).toBe(true);
    await expect(installNative({ dir, from: wheel, version: '2.18.1' })).rejects.toThrow(
      '--from holds TensorFlow 2.15.1, but --version asks for 2.18.1',
    );
  });

  it('leaves other versions to the programs that run on them, and loads the one last asked for', async () => {
    const { dir, wheel } = await machine();
    const other = join(dir, 'tensorflow-2.18.1', 'tfjs_binding.node');
    await mkdir(join(dir, 'tensorflow-2.18.1'));
    await writeFile(other, '');
    const loads = async (options: InstallNativeOptions) =>
      basename(dirname((await installNative({ dir, ...options })).addon?.path ?? ''));
    expect(await loads({ version: '2.15.1' })).toBe('tensorflow-2.15.1');
    expect(readdirSync(dir).sort()).toEqual(['tensorflow-2.15.1', 'tensorflow-2.18.1']);
    await setTimeout(2);
    expect(await loads({ version: '2.18.1' })).toBe('tensorflow-2.18.1');
    expect(await loads({})).toBe('tensorflow-2.18.1');
    await setTimeout(2);
    // Installed files are not unpacked and compiled again.
    expect(await loads({ from: wheel })).toBe('tensorflow-2.15.1');
    expect(libraryVersion).toHaveBeenCalledTimes(1);
    expect(readdirSync(dirname(other)).sort()).toEqual(['native.json', 'tfjs_binding.node']);
  });

  it("fetches only tfjs-node's JavaScript if only that is missing", async () => {
    const { dir } = await machine();
    await installNative({ dir });
    vi.mocked(packagedTfjsNode).mockReturnValue(null);
    const fetched = vi.mocked(provideJavascript).mockImplementation(async (root) => {
      const folder = join(root, 'tfjs-node-4.22.0', 'node_modules', '@tensorflow', 'tfjs-node');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'package.json'), '{}');
    });
    await fakePrograms({ python3: 'process.exit(1)', 'g++': 'process.exit(1)' });
    expect((await installNative({ dir })).ready).toBe(true);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(libraryVersion).toHaveBeenCalledTimes(1);
  });

  it('replaces a damaged library', async () => {
    const { dir } = await machine();
    const { addon } = await installNative({ dir });
    const library = join(dirname(addon!.path), 'lib', 'libtensorflow_cc.so.2');
    const { size } = statSync(library);
    await truncate(library, 10);
    expect(nativeStatus({ dir }).damaged).toEqual([{ path: library, expected: size, actual: 10 }]);
    expect(await installNative({ dir })).toMatchObject({ ready: true, damaged: [] });
    expect(statSync(library).size).toBe(size);
  });

  it('refuses a wheel that is not the published one, whatever the index says', async () => {
    const { dir } = await machine();
    vi.mocked(pinOf).mockReturnValue(`sha256:${'0'.repeat(64)}`);
    await expect(installNative({ dir })).rejects.toThrow(
      new RegExp(`${WHEEL_NAME} is not the published file: its SHA256 is [0-9a-f]{64}; expected 0{64}\\.`),
    );
    expect(readdirSync(dir)).toEqual([]);
  });

  it('replaces a library whose contents changed at the same length, even with an unchanged time', async () => {
    const { dir } = await machine();
    const { addon } = await installNative({ dir });
    const library = join(dirname(addon!.path), 'lib', 'libtensorflow_cc.so.2');
    const [contents, { atime, mtime }] = [await readFile(library), statSync(library)];
    const changed = Buffer.from(contents).fill('X', 0, 1);
    await writeFile(library, changed);
    expect(nativeStatus({ dir })).toMatchObject({
      ready: false,
      damaged: [{ path: library, sha256: { expected: expect.any(String), actual: expect.any(String) } }],
      missing: [
        expect.stringMatching(/libtensorflow_cc\.so\.2 is damaged: its SHA-256 is .*, and was .* when it/),
      ],
    });
    expect(await installNative({ dir })).toMatchObject({ ready: true, damaged: [] });
    await writeFile(library, changed);
    await utimes(library, atime, mtime);
    expect(await installNative({ dir })).toMatchObject({ ready: true, damaged: [] });
    expect(await readFile(library)).toEqual(contents);
  });

  it('removes notes of earlier failures, and files of killed processes', async () => {
    const { dir } = await machine();
    const note = join(dir, 'experiments-tried-in-vain');
    const dead = join(dir, `.tensorflow-2.15.1.tmp-${hostname()}-4194305-0123abcd`);
    await writeFile(note, 'no network');
    await installNative({ dir });
    expect(existsSync(note)).toBe(false);
    await mkdir(dead);
    await installNative({ dir });
    expect(readdirSync(dir)).toEqual(['tensorflow-2.15.1']);
  });

  it('leaves other things in the cache folder alone', async () => {
    const { dir } = await machine();
    await mkdir(join(dir, 'fashion-mnist'));
    await installNative({ dir });
    expect(readdirSync(dir).sort()).toEqual(['fashion-mnist', 'tensorflow-2.15.1']);
  });

  it('may run twice at once', async () => {
    const { dir } = await machine({ milliseconds: 200 });
    const both = await Promise.all([installNative({ dir }), installNative({ dir })]);
    expect(both.map(({ ready }) => ready)).toEqual([true, true]);
    expect(readdirSync(dir)).toEqual(['tensorflow-2.15.1']);
  });

  it('leaves nothing when it is interrupted', async () => {
    const { dir } = await machine({ milliseconds: 600_000 });
    const interrupted = new AbortController();
    const installing = installNative({
      dir,
      signal: interrupted.signal,
      onProgress: ({ step }) => step.startsWith('Downloading') && interrupted.abort(),
    });
    await expect(installing).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('counts nothing as present whose library does not load or is another', async () => {
    const { dir } = await machine();
    vi.mocked(libraryVersion).mockRejectedValueOnce(
      new Error('the addon does not load: illegal instruction'),
    );
    await expect(installNative({ dir })).rejects.toThrow('illegal instruction');
    vi.mocked(libraryVersion).mockResolvedValueOnce('2.14.0');
    await expect(installNative({ dir })).rejects.toThrow(
      'the library says that it is TensorFlow 2.14.0, not 2.15.1',
    );
    expect(readdirSync(dir)).toEqual([]);
  });

  it('refuses a damaged wheel, and says that the own download failed too', async () => {
    const damage = { 'tensorflow/libtensorflow_framework.so.2': 'bad' };
    const { dir } = await machine({ wheel: makeWheel(WHEEL_FILES, damage) });
    const installing = installNative({ dir });
    await expect(installing).rejects.toThrow(`${WHEEL_NAME} is damaged`);
    await expect(installing).rejects.toThrow(
      "Also tfjs-node's own download is not available (http://127.0.0.1:1/tf-builds/pre-built-binary/napi-v8/4.22.0/CPU-linux-4.22.0.tar.gz: http is not protected",
    );
    await expect(installNative({ dir, allowHttp: true, allowUnpinned: true })).rejects.toThrow(
      /Also tfjs-node's own download is not available \(http:.*fetch failed/,
    );
    expect(readdirSync(dir)).toEqual([]);
  });

  it('names the programs to install before it downloads anything', async () => {
    const { dir } = await machine();
    await fakePrograms({ python3: 'process.exit(1)' }, { alone: true });
    await expect(installNative({ dir })).rejects.toThrow(/no C\+\+ compiler found .* apt-get install g\+\+/);
    await fakePrograms({ 'g++': FAKE_COMPILER }, { alone: true });
    await expect(installNative({ dir })).rejects.toThrow(/pip is missing .* apt-get install python3-pip/);
  });

  it('reports a folder that cannot be created', async () => {
    const { wheel } = await machine();
    await expect(installNative({ dir: join(wheel, 'below'), from: wheel })).rejects.toThrow(
      /^the folder .*below cannot be written; name another by --dir or TRAINKIT_NATIVE_DIR\. .* a file has its name\./,
    );
  });

  it('reports a full disk', async () => {
    const { dir, wheel } = await machine();
    const compiler =
      "if (!args.includes('--version')) { console.error('ld: No space left on device'); process.exit(1); }";
    await fakePrograms({ 'g++': compiler });
    await expect(installNative({ dir, from: wheel })).rejects.toThrow(
      `not enough space on the disk of ${dir}: TensorFlow needs 950 MB while it is installed and 620 MB afterwards. Make room, or name another folder by --dir or TRAINKIT_NATIVE_DIR.`,
    );
    expect(existsSync(join(dir, 'tensorflow-2.15.1'))).toBe(false);
  });

  it('names the alternative on a platform without a build', async () => {
    const { dir } = await machine();
    for (const [platform, arch] of [
      ['darwin', 'arm64'],
      ['win32', 'x64'],
      ['linux', 'ia32'],
    ] as const) {
      onPlatform(platform, arch);
      await expect(installNative({ dir })).rejects.toThrow(
        `trainkit-native provides TensorFlow on Linux (x64, arm64); this is ${platform} ${arch}. Use tfjs-node's own download here: \`npm install @tensorflow/tfjs-node\``,
      );
    }
  });
});
