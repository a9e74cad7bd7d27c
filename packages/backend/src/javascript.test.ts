import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { create } from 'tar';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakePrograms, temporaryFolder } from '../fixtures/machine.js';
import { javascriptFolder, TFJS_NODE_VERSION } from './cache-dir.js';
import { provideJavascript } from './javascript.js';
import { findJavascript } from './native-layout.js';
import { checkPin, pinOf } from './pins.js';

// The packages of these tests do not have the published digests.
vi.mock(import('./pins.js'), { spy: true });
beforeEach(() => {
  vi.mocked(checkPin).mockReset().mockReturnValue();
  vi.mocked(pinOf).mockReset();
});

/** A folder with the files of `npm pack`, each with `package/package.json` and a main module. */
async function packed(names: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [file, name] of Object.entries(names)) {
    await mkdir(join(folder, 'package'), { recursive: true });
    await writeFile(join(folder, 'package', 'package.json'), JSON.stringify({ name, main: 'main.js' }));
    await writeFile(join(folder, 'package', 'main.js'), `module.exports = ${JSON.stringify(name)};`);
    await create({ gzip: true, cwd: folder, file: join(folder, file) }, ['package']);
  }
  return folder;
}

const COMPLETE = {
  'tensorflow-tfjs-node-4.22.0.tgz': '@tensorflow/tfjs-node',
  'google-protobuf-3.21.4.tgz': 'google-protobuf',
  'progress-2.0.3.tgz': 'progress',
};

/** An npm whose `pack` creates these files, and adds a line to `log`. */
const npm = (folder: string, log: string) => `
fs.appendFileSync(${JSON.stringify(log)}, args.join(' ') + '\\n');
const to = args[args.indexOf('--pack-destination') + 1];
for (const file of fs.readdirSync(${JSON.stringify(folder)})) {
  if (file.endsWith('.tgz')) fs.copyFileSync(path.join(${JSON.stringify(folder)}, file), path.join(to, file));
}
`;

const lines = (log: string) => readFileSync(log, 'utf8');

describe('provideJavascript', () => {
  it('unpacks tfjs-node and its dependencies once', async () => {
    const root = await temporaryFolder();
    const log = join(await temporaryFolder(), 'log');
    await fakePrograms({ npm: npm(await packed(COMPLETE), log) });
    await provideJavascript(root, { force: false });
    await provideJavascript(root, { force: false });
    expect(lines(log)).toMatch(
      /^pack @tensorflow\/tfjs-node@4\.22\.0 google-protobuf@3\.21\.4 progress@2\.0\.3 --ignore-scripts --pack-destination \S+\n$/,
    );
    const { folder, from } = findJavascript(root, null)!;
    expect(from).toBe('cache');
    const require = createRequire(join(folder, 'package.json'));
    expect([folder, 'google-protobuf', 'progress'].map((name) => require(name))).toEqual([
      '@tensorflow/tfjs-node',
      'google-protobuf',
      'progress',
    ]);
    expect(() => require('@tensorflow/tfjs')).toThrow('loaded by useFastestBackend');
    expect(readdirSync(root)).toEqual([`tfjs-node-${TFJS_NODE_VERSION}`]);
    await provideJavascript(root, { force: true });
    expect(lines(log).split('\n')).toHaveLength(3);
  });

  it('refuses packages that are not the published ones, and those that were not asked for', async () => {
    const root = await temporaryFolder();
    const log = join(await temporaryFolder(), 'log');
    vi.mocked(checkPin).mockRestore();
    await fakePrograms({ npm: npm(await packed(COMPLETE), log) });
    await expect(provideJavascript(root, { force: false })).rejects.toThrow(
      /^google-protobuf@3\.21\.4 of npm is not the published file: its SHA512 is [0-9a-f]{128}; expected 3271bb37/,
    );
    await fakePrograms({ npm: npm(await packed({ 'left-pad-1.3.0.tgz': 'left-pad' }), log) });
    await expect(provideJavascript(root, { force: false })).rejects.toThrow(
      'npm fetched left-pad-1.3.0.tgz, which was not requested',
    );
    expect(existsSync(javascriptFolder(root))).toBe(false);
  });

  it('fetches changed files in the cache again', async () => {
    const root = await temporaryFolder();
    const log = join(await temporaryFolder(), 'log');
    await fakePrograms({ npm: npm(await packed(COMPLETE), log) });
    await provideJavascript(root, { force: false });
    const { folder } = findJavascript(root, null)!;
    const before = readFileSync(join(folder, 'main.js'), 'utf8');
    await writeFile(join(folder, 'main.js'), before.replace('tfjs', 'xxxx'));
    expect(findJavascript(root, null)).toBeUndefined();
    await provideJavascript(root, { force: false });
    expect(readFileSync(join(folder, 'main.js'), 'utf8')).toBe(before);
  });

  it('fails, and leaves nothing behind, if npm fetches too little', async () => {
    const root = await temporaryFolder();
    const { 'progress-2.0.3.tgz': _, ...incomplete } = COMPLETE;
    await fakePrograms({ npm: npm(await packed(incomplete), join(await temporaryFolder(), 'log')) });
    await expect(provideJavascript(root, { force: false })).rejects.toThrow(
      'npm fetched no complete @tensorflow',
    );
    expect(existsSync(javascriptFolder(root))).toBe(false);
  });

  it("shows npm's own message, and says what to do", async () => {
    await fakePrograms({ npm: "console.error('npm error 503'); process.exit(1);" });
    const failing = provideJavascript(await temporaryFolder(), { force: false });
    await expect(failing).rejects.toThrow(
      "npm could not fetch tfjs-node's JavaScript: `npm` ended with exit code 1",
    );
    await expect(failing).rejects.toThrow(
      'npm error 503\nsee that `npm pack @tensorflow/tfjs-node@4.22.0` works here',
    );
    await fakePrograms({}, { alone: true });
    await expect(provideJavascript(await temporaryFolder(), { force: false })).rejects.toThrow(
      'install npm, which comes',
    );
  });
});
