import { readdirSync, statSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isPresent } from '@trainkit/checks/files';
import { extractWheel, type WheelOptions, wheelVersion } from './wheel.js';

/** An existing installation of TensorFlow: its version, and a function that copies it. */
export interface LocalTensorflow {
  version: string;
  /** Copies the libraries into `out` and the headers of the C API into `headers`. */
  take: (out: string, headers: string, options: WheelOptions) => Promise<void>;
}

/**
 * Finds TensorFlow in `from`: a wheel; a folder with one wheel; or a `site-packages` folder where
 * it is installed.
 *
 * @throws Error if there is none
 */
export function localTensorflow(from: string): LocalTensorflow {
  const path = resolve(from);
  if (!isPresent(path)) throw new Error(`--from: there is no ${path}`);
  const found = statSync(path);
  if (found.isFile()) return wheel(path);
  if (!found.isDirectory())
    throw new Error(
      `--from: ${path} is a device, pipe or socket; expected a wheel, or a folder. Save the wheel to a file first.`,
    );
  const names = readdirSync(path);
  const wheels = names.filter((name) => /^tensorflow[^-]*-[^-]+-.*\.whl$/.test(name));
  if (wheels.length === 1) return wheel(join(path, wheels[0]!));
  const installed = names
    .map((name) => /^tensorflow(?:_cpu|_cpu_aws|_intel)?-([\d.]+)\.dist-info$/.exec(name)?.[1])
    .find((version) => version !== undefined);
  if (installed !== undefined && isPresent(join(path, 'tensorflow', 'libtensorflow_cc.so.2'))) {
    return { version: installed, take: (out, headers) => copy(join(path, 'tensorflow'), out, headers) };
  }
  throw new Error(
    `--from: ${path} holds ${wheels.length === 0 ? 'no TensorFlow' : `${wheels.length} TensorFlow wheels`}; expected a wheel, a folder with one wheel, or a site-packages folder with TensorFlow`,
  );
}

function wheel(path: string): LocalTensorflow {
  return {
    version: wheelVersion(path),
    take: (out, headers, options) => extractWheel(path, out, headers, options),
  };
}

async function copy(tensorflow: string, out: string, headers: string): Promise<void> {
  for (const library of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    await cp(join(tensorflow, library), join(out, 'lib', library), { dereference: true });
  }
  await cp(join(tensorflow, 'include'), headers, { recursive: true });
}
