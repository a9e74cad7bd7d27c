import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findCompiler } from '@trainkit/native/build';
import { describe, expect, it, vi } from 'vitest';
import { FAKE_COMPILER, fakePrograms, temporaryFolder } from '../fixtures/machine.js';
import { compileAddon, libraryVersion } from './addon.js';
import { nativeStatus } from './status.js';

const sources = (out: string) => ({ tfjsNode: '/tfjs-node', headers: '/tf/include', out });
const { ready, addon } = nativeStatus();
const REQUIRED = process.env['TRAINKIT_REQUIRE_BACKENDS'] === '1';

describe('compileAddon', () => {
  it('compiles both sources against the library, to be found relative to the addon', async () => {
    await fakePrograms({ 'g++': FAKE_COMPILER }, { alone: true });
    const out = await temporaryFolder();
    await compileAddon(sources(out));
    const args = (await readFile(join(out, 'tfjs_binding.node'), 'utf8')).split('\n');
    expect(args).toEqual(
      expect.arrayContaining([
        '/tfjs-node/binding/tfjs_backend.cc',
        '/tfjs-node/binding/tfjs_binding.cc',
        '-I/tf/include',
        `-L${out}/lib`,
        '-Wl,-rpath,$ORIGIN/lib',
        expect.stringMatching(/^-I.*node-api-headers.*include$/),
      ]),
    );
  });

  it("shows the compiler's own message if it fails", async () => {
    const failing =
      "if (args.includes('--version')) process.exit(0); console.error('c_api.h: No such file'); process.exit(1);";
    await fakePrograms({ 'g++': failing }, { alone: true });
    await expect(compileAddon(sources(await temporaryFolder()))).rejects.toThrow(
      'the addon could not be compiled: `g++` ended with exit code 1:\nc_api.h: No such file',
    );
  });
});

describe('findCompiler', () => {
  it('uses clang++ without g++, and prefers the compiler in CXX', async () => {
    await fakePrograms(
      { 'clang++': "console.log('clang version 14')", mine: "console.log('my g++ 1')" },
      { alone: true },
    );
    expect(await findCompiler()).toEqual({ compiler: 'clang++', version: 'clang version 14' });
    vi.stubEnv('CXX', 'mine');
    expect(await findCompiler()).toEqual({ compiler: 'mine', args: [], version: 'my g++ 1' });
  });

  it('names the package to install if there is no compiler', async () => {
    await fakePrograms({}, { alone: true });
    await expect(findCompiler()).rejects.toThrow(
      'no C++ compiler found (g++, c++, clang++): install one (Debian, Ubuntu: apt-get install g++;',
    );
  });
});

describe('libraryVersion', () => {
  it('fails for a file that cannot be loaded', async () => {
    await expect(libraryVersion(join(await temporaryFolder(), 'tfjs_binding.node'))).rejects.toThrow(
      'the addon does not load: ',
    );
  });

  it.skipIf(!ready && !REQUIRED)('is what the library says of itself', async () => {
    expect(await libraryVersion(addon!.path)).toMatch(/^2\.\d+\.\d+$/);
  });
});
