import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakePrograms, fakePython, temporaryFolder } from '../fixtures/machine.js';
import { makeWheel, WHEEL_NAME } from '../fixtures/wheel.js';
import { downloadWheel, findWheelPip, wheelProject } from './pip.js';
import type { InstallProgress } from './progress.js';

async function wheelOnDisk(): Promise<string> {
  const path = join(await temporaryFolder(), WHEEL_NAME);
  await writeFile(path, makeWheel());
  return path;
}

describe('downloadWheel', () => {
  it("asks pip for the wheel alone, into the folder, and reports pip's size", async () => {
    const log = join(await temporaryFolder(), 'args');
    const spy = `fs.appendFileSync(${JSON.stringify(log)}, JSON.stringify([args, process.env.TMPDIR]) + '\\n');`;
    await fakePrograms({ python3: spy + fakePython(await wheelOnDisk(), 600) });
    const scratch = await temporaryFolder();
    const progress: InstallProgress[] = [];
    const wheel = await downloadWheel('2.15.1', scratch, { onProgress: (news) => progress.push(news) });
    expect(wheel).toBe(join(scratch, WHEEL_NAME));
    expect(progress.at(-1)).toMatchObject({ step: 'Downloading TensorFlow 2.15.1', total: 1e5 });
    const calls = readFileSync(log, 'utf8').trim().split('\n');
    expect(JSON.parse(calls.at(-1)!)).toEqual([
      [
        ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--python-version', '3.11'],
        ...['--disable-pip-version-check', '--dest', scratch, `${wheelProject()}==2.15.1`],
      ],
      scratch,
    ]);
  });

  it("shows pip's own last lines if it fails, and says what to do", async () => {
    const body = `
if (args.includes('--version')) process.exit(0);
console.error('ERROR: No matching distribution found for tensorflow-cpu==9.9.9');
process.exit(1);`;
    await fakePrograms({ python3: body });
    const failing = downloadWheel('9.9.9', await temporaryFolder());
    await expect(failing).rejects.toThrow(
      /could not download [\w-]+==9\.9\.9: `python3` ended with exit code 1/,
    );
    await expect(failing).rejects.toThrow('ERROR: No matching distribution found');
    await expect(failing).rejects.toThrow('or give a downloaded wheel by --from');
  });

  it('fails if pip leaves no file', async () => {
    await fakePrograms({ python3: '' });
    await expect(downloadWheel('2.15.1', await temporaryFolder())).rejects.toThrow('but left no wheel');
  });

  it('stops pip when it is aborted', async () => {
    await fakePrograms({ python3: fakePython(await wheelOnDisk(), 600_000) });
    const signal = AbortSignal.timeout(300);
    await expect(downloadWheel('2.15.1', await temporaryFolder(), { signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});

describe('wheelProject', () => {
  it('is the build without GPU support', () => {
    expect([wheelProject('x64'), wheelProject('arm64')]).toEqual(['tensorflow-cpu', 'tensorflow-cpu-aws']);
    expect(basename(WHEEL_NAME)).toContain('tensorflow_cpu');
  });
});

describe('findWheelPip', () => {
  it('names the programs to install if there is no pip, or the alternative', async () => {
    await fakePrograms({ python3: 'process.exit(1)' }, { alone: true });
    await expect(findWheelPip(undefined)).rejects.toThrow(
      /^pip is missing \(.*\): install Python with pip \(.*\), name one by --python, or give a downloaded wheel by --from$/,
    );
  });
});
