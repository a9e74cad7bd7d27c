import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/machine.js';
import { makeWheel, WHEEL_FILES, WHEEL_NAME } from '../fixtures/wheel.js';
import type { InstallProgress } from './progress.js';
import { extractWheel, wheelVersion } from './wheel.js';

async function extract(wheel: Buffer) {
  const folder = await temporaryFolder();
  const path = join(folder, WHEEL_NAME);
  await writeFile(path, wheel);
  const progress: InstallProgress[] = [];
  const [out, headers] = [join(folder, 'out'), join(folder, 'include')];
  await extractWheel(path, out, headers, { onProgress: (news) => progress.push(news) });
  return { out, headers, progress };
}

describe('extractWheel', () => {
  it('extracts libraries, notices and the headers of the C API, and nothing else', async () => {
    const { out, headers } = await extract(makeWheel());
    const read = (path: string) => readFile(path, 'utf8');
    expect(await read(join(out, 'lib/libtensorflow_cc.so.2'))).toBe(
      WHEEL_FILES['tensorflow/libtensorflow_cc.so.2'],
    );
    expect(await read(join(out, 'lib/libtensorflow_framework.so.2'))).toContain('the framework');
    expect(await read(join(out, 'LICENSE'))).toBe('Apache');
    expect(await read(join(out, 'THIRD_PARTY_NOTICES.txt'))).toBe('notices');
    expect(await read(join(headers, 'tensorflow/c/eager/c_api.h'))).toBe('// eager');
    expect(await read(join(headers, 'xla/tsl/c/tsl_status.h'))).toBe('// status');
    expect(await read(join(headers, 'tsl/platform/ctstring.h'))).toBe('// strings');
    expect(existsSync(join(headers, 'tensorflow/core/graph.h'))).toBe(false);
    expect(existsSync(join(out, '__init__.py'))).toBe(false);
  });

  it('reports bytes that rise to the total', async () => {
    const { progress } = await extract(makeWheel());
    const last = progress.at(-1);
    expect(last?.total).toBeGreaterThan(55_000);
    expect(last?.done).toBe(last?.total);
    expect(progress.every(({ done }, i) => done! >= (progress[i - 1]?.done ?? 0))).toBe(true);
  });

  it('refuses a member whose hash is not the one of the RECORD', async () => {
    const library = 'tensorflow/libtensorflow_cc.so.2';
    const damaged = makeWheel(WHEEL_FILES, { [library]: 'another library' });
    await expect(extract(damaged)).rejects.toThrow(`${WHEEL_NAME} is damaged: the SHA-256 of ${library} is `);
  });

  it('refuses a library that the RECORD does not name', async () => {
    const { 'tensorflow/libtensorflow_cc.so.2': library, ...rest } = WHEEL_FILES;
    const wheel = makeWheel(rest, { 'tensorflow/libtensorflow_cc.so.2': library! });
    await expect(extract(wheel)).rejects.toThrow('its RECORD states none');
  });

  it('names the fault of other archives', async () => {
    await expect(extract(makeWheel({ 'numpy/__init__.py': '' }))).rejects.toThrow(
      'holds 0 of the two libraries libtensorflow_cc and libtensorflow_framework; expected a TensorFlow wheel for Linux',
    );
    await expect(extract(Buffer.from('<html>'))).rejects.toThrow('is not a zip archive that can be read');
    const cut = makeWheel();
    await expect(extract(cut.subarray(0, cut.length - 200))).rejects.toThrow('is not a zip archive');
  });

  it('says which member a torn archive breaks at', async () => {
    const wheel = makeWheel();
    // The middle of the first member's deflated data.
    wheel.fill(0xff, 80, 120);
    await expect(extract(wheel)).rejects.toThrow(/libtensorflow_cc\.so\.2 cannot be unpacked|is damaged/);
  });
});

describe('wheelVersion', () => {
  it.for([
    ['/a/b/tensorflow_cpu-2.15.1-cp311-cp311-manylinux_2_17_x86_64.whl', '2.15.1'],
    ['tensorflow-2.18.0-cp312-cp312-linux_x86_64.whl', '2.18.0'],
    ['tensorflow_cpu_aws-2.15.1-cp311-cp311-manylinux_2_17_aarch64.whl', '2.15.1'],
  ])('of %s is %s', ([name, version]) => {
    expect(wheelVersion(name!)).toBe(version);
  });

  it('refuses other files', () => {
    for (const name of ['torch-2.0.0-cp311-cp311-linux_x86_64.whl', 'tensorflow_cpu-2.15.1.tar.gz']) {
      expect(() => wheelVersion(name)).toThrow(`not a TensorFlow wheel: ${name}; expected a name such as`);
    }
  });
});
