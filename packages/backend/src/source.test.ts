import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/machine.js';
import { makeWheel, WHEEL_NAME } from '../fixtures/wheel.js';
import { localTensorflow } from './source.js';

describe('localTensorflow', () => {
  it('accepts a wheel, or a folder with one', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, WHEEL_NAME), makeWheel());
    for (const from of [folder, join(folder, WHEEL_NAME)]) {
      const { version, take } = localTensorflow(from);
      expect(version).toBe('2.15.1');
      const out = await temporaryFolder();
      await take(out, join(out, 'include'), {});
      expect(await readFile(join(out, 'lib', 'libtensorflow_framework.so.2'), 'utf8')).toContain('framework');
    }
  });

  it('accepts an installed TensorFlow', async () => {
    const packages = await temporaryFolder();
    await mkdir(join(packages, 'tensorflow_cpu-2.18.1.dist-info'));
    await mkdir(join(packages, 'tensorflow', 'include', 'tensorflow', 'c'), { recursive: true });
    for (const file of [
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
      'include/tensorflow/c/c_api.h',
    ]) {
      await writeFile(join(packages, 'tensorflow', file), file);
    }
    const { version, take } = localTensorflow(packages);
    expect(version).toBe('2.18.1');
    const out = await temporaryFolder();
    await take(out, join(out, 'include'), {});
    expect(await readFile(join(out, 'lib', 'libtensorflow_cc.so.2'), 'utf8')).toBe('libtensorflow_cc.so.2');
    expect(await readFile(join(out, 'include/tensorflow/c/c_api.h'), 'utf8')).toContain('c_api.h');
  });

  it('refuses a device, which never ends', () => {
    expect(() => localTensorflow('/dev/zero')).toThrow(
      '--from: /dev/zero is a device, pipe or socket; expected a wheel, or a folder.',
    );
  });

  it('names the found files if there is no TensorFlow', async () => {
    const folder = await temporaryFolder();
    expect(() => localTensorflow(folder)).toThrow(
      `--from: ${folder} holds no TensorFlow; expected a wheel, a folder with one wheel, or a site-packages folder`,
    );
    await writeFile(join(folder, WHEEL_NAME), '');
    await writeFile(join(folder, WHEEL_NAME.replace('2.15.1', '2.18.1')), '');
    expect(() => localTensorflow(folder)).toThrow('holds 2 TensorFlow wheels');
    expect(() => localTensorflow(join(folder, 'no'))).toThrow(`--from: there is no ${join(folder, 'no')}`);
  });
});
