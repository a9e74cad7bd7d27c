import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onlyPrograms, temporaryCache, temporaryFolder } from '../../fixtures/machine.js';
import { crossCompileAddon, PLATFORM_NAMES } from './cross-compile.js';

/** A Python whose ziglang writes its arguments where its output should be. */
const PYTHON = `
if (args.includes('version')) { console.log('0.17.9'); process.exit(0); }
const output = args.includes('dlltool') ? args[args.indexOf('-l') + 1] : args[args.indexOf('-o') + 1];
fs.writeFileSync(output, args.join('\\n'));`;

const silent = { onStep: () => {}, onProgress: () => {}, end: () => {} };

describe('crossCompileAddon', () => {
  it.each([
    ['linux-x64', 'x86_64-linux-gnu.2.28', '-Wl,-z,nodelete'],
    ['darwin-arm64', 'aarch64-macos', 'dynamic_lookup'],
    ['win32-x64', 'x86_64-windows-gnu', 'node_api.lib'],
  ])('links the addon for %s', async (name, target, flag) => {
    await temporaryCache();
    await onlyPrograms({ python3: PYTHON });
    const path = join(await temporaryFolder(), 'trainkit.node');
    await crossCompileAddon(name, path, silent);
    const args = readFileSync(path, 'utf8').split('\n');
    expect(args).toContain(target);
    expect(args.some((arg) => arg.endsWith(flag))).toBe(true);
    expect(args.filter((arg) => arg.endsWith('-neon.o')).length > 0).toBe(name === 'darwin-arm64');
  });

  it('refuses a platform that it does not know', async () => {
    await expect(crossCompileAddon('sunos-x64', '/nowhere', silent)).rejects.toThrow(
      `sunos-x64 is no platform of a prebuilt addon; expected one of ${PLATFORM_NAMES.join(', ')}`,
    );
  });

  it.each(PLATFORM_NAMES)('the package of %s is for the machines that its addon runs on', (name) => {
    const manifest = JSON.parse(
      readFileSync(new URL(`../../npm/${name}/package.json`, import.meta.url), 'utf8'),
    ) as Record<string, unknown>;
    const [os, cpu, libc = os === 'linux' ? 'glibc' : undefined] = name.split('-');
    expect(manifest).toMatchObject({
      name: `@trainkit/native-${name}`,
      os: [os],
      cpu: [cpu],
      files: ['trainkit.node'],
    });
    expect(manifest['libc']).toEqual(libc && [libc]);
    expect(manifest['scripts']).toBe(undefined);
  });

  it('every platform is an optional dependency, of exactly this version', () => {
    const { optionalDependencies } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { optionalDependencies: Record<string, string> };
    const expected = PLATFORM_NAMES.map((name) => [`@trainkit/native-${name}`, 'workspace:*']);
    expect(optionalDependencies).toEqual(Object.fromEntries(expected));
  });
});
