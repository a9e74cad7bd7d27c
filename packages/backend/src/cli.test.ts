import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { FAKE_COMPILER, fakePrograms, fakePython, temporaryFolder } from '../fixtures/machine.js';
import { makeWheel, WHEEL_NAME } from '../fixtures/wheel.js';
import { nativeStatus } from './status.js';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const REQUIRED = process.env['TRAINKIT_REQUIRE_BACKENDS'] === '1';

/** Runs the command; `onOutput` may end it by the returned child. */
function command(args: string[], onOutput?: (text: string, stop: () => void) => void) {
  return new Promise<{ code: number | null; out: string }>((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args]);
    let out = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        out += chunk;
        onOutput?.(out, () => child.kill('SIGINT'));
      });
    }
    child.on('close', (code) => resolve({ code, out }));
  });
}

describe('trainkit-native', () => {
  it('path prints the folder', async () => {
    const dir = await temporaryFolder();
    vi.stubEnv('TRAINKIT_NATIVE_DIR', dir);
    expect(await command(['path'])).toEqual({ code: 0, out: `${dir}\n` });
    expect(await command(['path', '--dir', '/other'])).toEqual({ code: 0, out: '/other\n' });
    vi.unstubAllEnvs();
  });

  it('remove takes away what install made, and nothing else', async () => {
    const dir = await temporaryFolder();
    for (const name of ['tensorflow-2.15.1', 'tfjs-node-4.22.0', 'fashion-mnist'])
      await mkdir(join(dir, name));
    const { code, out } = await command(['remove', '--dir', dir]);
    expect([code, out]).toEqual([0, `Removed from ${dir}: tensorflow-2.15.1, tfjs-node-4.22.0\n`]);
    expect(readdirSync(dir)).toEqual(['fashion-mnist']);
    expect((await command(['remove', '--dir', dir])).out).toBe(`There is nothing to remove in ${dir}.\n`);
  });

  it('doctor says what is missing, with exit code 1', async () => {
    const dir = await temporaryFolder();
    await fakePrograms({ 'g++': FAKE_COMPILER, python3: 'process.exit(1)' }, { alone: true });
    const { code, out } = await command(['doctor', '--dir', dir]);
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual(
      expect.arrayContaining([
        `✔ Node.js ${process.versions.node} on ${process.platform} ${process.arch}`,
        `✔ cache folder: ${dir}`,
        '✖ library and addon: missing; `trainkit-native install` provides them',
        '✔ C++ compiler: g++ (fake) 12.2.0',
        expect.stringMatching(/^✖ pip is missing .*apt-get install python3-pip/),
        expect.stringMatching(/^✖ it does not run: .*there is no TensorFlow library in /),
      ]),
    );
  });

  it.skipIf(!nativeStatus().ready && !REQUIRED)('doctor runs it where it is there', async () => {
    const { code, out } = await command(['doctor']);
    expect(out).toMatch(/^✔ it runs: TensorFlow 2\.\d+\.\d+ runs natively through tfjs-node/m);
    expect(code).toBe(0);
  });

  it('doctor and install tell an addon that does not load', async () => {
    const dir = await temporaryFolder();
    const wheel = join(await temporaryFolder(), WHEEL_NAME);
    await writeFile(wheel, makeWheel());
    await fakePrograms({ 'g++': FAKE_COMPILER });
    const installed = await command(['--from', wheel, '--dir', dir]);
    expect(installed.out).toContain('the addon does not load: ');
    expect(installed.code).toBe(1);
    expect(readdirSync(dir)).toEqual([]);
    await mkdir(join(dir, 'tensorflow-2.15.1'));
    await writeFile(join(dir, 'tensorflow-2.15.1', 'tfjs_binding.node'), 'torn');
    const { code, out } = await command(['doctor', '--dir', dir]);
    expect(out).toMatch(/^✖ it does not run: .*tfjs_binding\.node/m);
    expect(code).toBe(1);
  });

  it('leaves nothing after Ctrl-C, with exit code 130', async () => {
    const dir = await temporaryFolder();
    const wheel = join(await temporaryFolder(), WHEEL_NAME);
    await writeFile(wheel, makeWheel());
    await fakePrograms({ python3: fakePython(wheel, 600_000), 'g++': FAKE_COMPILER });
    const { code, out } = await command(['install', '--version', '2.15.1', '--dir', dir], (text, stop) => {
      if (text.includes('Downloading') && !text.includes('Stopped')) stop();
    });
    expect(out).toContain('Stopped; nothing was installed.');
    expect(code).toBe(130);
    expect(existsSync(dir) && readdirSync(dir)).toEqual([]);
  });
});
