import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findAddon } from '@trainkit/native/build';
import { describe, expect, it, vi } from 'vitest';
import { elfFile } from '../../native/fixtures/elf.js';
import { FAKE_COMPILER, fakePrograms, fakePython, temporaryFolder } from '../fixtures/machine.js';
import { makeWheel, WHEEL_NAME } from '../fixtures/wheel.js';
import { nativeStatus } from './status.js';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const REQUIRED = process.env['TRAINKIT_REQUIRE_BACKENDS'] === '1';

/** Runs the command; `onOutput` receives its output and a function that stops it. */
function command(args: string[], onOutput?: (text: string, stop: (signal: NodeJS.Signals) => void) => void) {
  return new Promise<{ code: number | null; out: string }>((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args]);
    let out = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        out += chunk;
        onOutput?.(out, (signal) => child.kill(signal));
      });
    }
    // As in a shell: a second signal may arrive while the process ends and no handler is left.
    child.on('close', (code, signal) => {
      resolve({ code: signal === null ? code : 128 + constants.signals[signal], out });
    });
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

  it('remove deletes the files of the command, and no others', async () => {
    const dir = await temporaryFolder();
    for (const name of ['tensorflow-2.15.1', 'tensorflow-2.18.1', 'tfjs-node-4.22.0', 'zig-0.17.1', 'data'])
      await mkdir(join(dir, name));
    expect(await command(['remove', '2.18.1', '--dir', dir])).toEqual({
      code: 0,
      out: `Removed from ${dir}: tensorflow-2.18.1\n`,
    });
    expect(await command(['remove', '2.18.1', '--dir', dir])).toEqual({
      code: 1,
      out: `There is no TensorFlow 2.18.1 in ${dir}.\n`,
    });
    const { code, out } = await command(['remove', '--dir', dir]);
    expect([code, out]).toEqual([
      0,
      `Removed from ${dir}: tensorflow-2.15.1, tfjs-node-4.22.0, zig-0.17.1\n`,
    ]);
    expect(readdirSync(dir)).toEqual(['data']);
    expect((await command(['remove', '--dir', dir])).out).toBe(`There is nothing to remove in ${dir}.\n`);
  });

  it('doctor names the missing parts, with exit code 1', async () => {
    const dir = await temporaryFolder();
    await fakePrograms({ 'g++': FAKE_COMPILER, python3: 'process.exit(1)' }, { alone: true });
    const { code, out } = await command(['doctor', '--dir', dir]);
    // If a prebuilt addon of this version is installed, nothing is missing.
    const prebuilt = findAddon({ dir }) !== undefined;
    expect(code).toBe(prebuilt ? 0 : 1);
    expect(out.split('\n')).toEqual(
      expect.arrayContaining([
        `✔ Node.js ${process.versions.node} on ${process.platform} ${process.arch}`,
        `✔ cache folder: ${dir}`,
        prebuilt
          ? expect.stringMatching(/^✔ native backend: prebuilt, .*trainkit\.node$/)
          : '✖ native backend: no addon yet; `trainkit-native` compiles it, once',
        '✔ C++ compiler: g++ (fake) 12.2.0',
        '- TensorFlow: not provided; `trainkit-native tensorflow` does, for the backend `tensorflow`',
        expect.stringMatching(/^- pip is missing .*apt-get install python3-pip/),
      ]),
    );
  });

  it.skipIf(!nativeStatus().ready && !REQUIRED)('doctor runs both where they are there', async () => {
    expect((await command([])).code).toBe(0);
    const { code, out } = await command(['doctor']);
    expect(out).toMatch(
      /^✔ it runs: TensorFlow\.js runs on Trainkit's native kernels for \w+\. Threads: \d+\.$/m,
    );
    expect(out).toMatch(/^✔ it runs: TensorFlow 2\.\d+\.\d+ runs natively through tfjs-node/m);
    expect(code).toBe(0);
  });

  it("compiles the native backend's addon, unless it is present", async () => {
    const dir = await temporaryFolder();
    await fakePrograms({ 'g++': FAKE_COMPILER });
    const compiled = await command(['--force', '--dir', dir]);
    expect(compiled.out).toMatch(
      /^Compiling the native backend, once\nThe native backend's addon was compiled by g\+\+ \(fake\) 12\.2\.0: .*trainkit\.node\n$/,
    );
    expect(compiled.code).toBe(0);
    const { code, out } = await command(['--dir', dir]);
    expect(out).toMatch(/^The native backend's addon is there, (compiled by g\+\+ \(fake\)|prebuilt).*\n$/);
    expect(code).toBe(0);
    expect(await command(['remove', '--dir', dir])).toEqual({
      code: 0,
      out: expect.stringMatching(/^Removed from .*: native-[0-9a-f]{16}\n$/),
    });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('says why the addon could not be compiled, with exit code 1', async () => {
    const dir = await temporaryFolder();
    await fakePrograms({ 'g++': "console.error('mine'); process.exit(args.includes('--version') ? 0 : 1);" });
    const { code, out } = await command(['--force', '--dir', dir]);
    expect(out).toContain('the addon could not be compiled: `g++` ended with exit code 1:\nmine');
    expect(code).toBe(1);
  });

  it('doctor and tensorflow tell an addon that does not load', async () => {
    const dir = await temporaryFolder();
    const wheel = join(await temporaryFolder(), WHEEL_NAME);
    await writeFile(wheel, makeWheel());
    await fakePrograms({ 'g++': FAKE_COMPILER });
    const installed = await command(['tensorflow', '--from', wheel, '--dir', dir]);
    expect(installed.out).toContain('the addon does not load: ');
    expect(installed.code).toBe(1);
    expect(readdirSync(dir)).toEqual([]);
    await mkdir(join(dir, 'tensorflow-2.15.1'));
    await writeFile(join(dir, 'tensorflow-2.15.1', 'tfjs_binding.node'), 'torn');
    const { code, out } = await command(['doctor', '--dir', dir]);
    expect(out).toMatch(/^✖ it does not run: .*tfjs_binding\.node/m);
    expect(code).toBe(1);
  });

  it('doctor names a truncated library, and says what to do', async () => {
    const dir = await temporaryFolder();
    const folder = join(dir, 'tensorflow-2.15.1');
    await mkdir(join(folder, 'lib'), { recursive: true });
    await writeFile(join(folder, 'tfjs_binding.node'), elfFile(300));
    const library = join(folder, 'lib', 'libtensorflow_cc.so.2');
    await writeFile(library, elfFile(5000).subarray(0, 4000));
    const { code, out } = await command(['doctor', '--dir', dir]);
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual(
      expect.arrayContaining([
        "✖ TensorFlow's library and addon: damaged; `trainkit-native tensorflow --force` provides them again",
        `✖ ${library} is damaged: it has 4000 of 5000 bytes; \`trainkit-native tensorflow --force\` provides it again`,
        expect.stringMatching(
          /^✖ it does not run: .*libtensorflow_cc\.so\.2 is damaged: it has 4000 of 5000 bytes\. `npx trainkit-native tensorflow --force`/,
        ),
      ]),
    );
  });

  // In a process that is killed: Node's own recursive mkdir loops here.
  it.runIf(process.platform === 'linux')(
    'tensorflow says so under /proc, where no folder can be made',
    async () => {
      const child = spawn(process.execPath, [CLI, 'tensorflow', '--force', '--dir', '/proc/nothing/here']);
      const guard = setTimeout(() => child.kill('SIGKILL'), 30_000);
      let out = '';
      child.stderr.on('data', (chunk) => {
        out += chunk;
      });
      const [code] = await once(child, 'close');
      clearTimeout(guard);
      expect(code).toBe(1);
      expect(out).toMatch(
        /^the folder \/proc\/nothing\/here cannot be written; .* nothing can be made in \/proc\./m,
      );
    },
  );

  it.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('leaves nothing after %s, with exit code %i', async ([signal, expected]) => {
    const dir = await temporaryFolder();
    const wheel = join(await temporaryFolder(), WHEEL_NAME);
    await writeFile(wheel, makeWheel());
    await fakePrograms({ python3: fakePython(wheel, 600_000), 'g++': FAKE_COMPILER });
    const { code, out } = await command(['tensorflow', '--version', '2.15.1', '--dir', dir], (text, stop) => {
      if (!text.includes('Downloading') || text.includes('Stopped')) return;
      // As from timeout or a package manager: the signal goes to the group, and is also passed on.
      for (const ms of [0, 5, 10]) setTimeout(() => stop(signal), ms);
    });
    expect(out).toContain('Stopped; nothing was installed.');
    expect(code).toBe(expected);
    expect(existsSync(dir) && readdirSync(dir)).toEqual([]);
  });
});
