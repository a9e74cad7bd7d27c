import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

/**
 * The digests of downloads, by name, so that no mirror, index or registry has to be trusted.
 *
 * Sources: the registries, by pip and npm. For libtensorflow, whose server has no digests, the
 * recipes of three projects that build with it (nixpkgs, graft, DirectML); the three agree.
 */
const PINS: Readonly<Record<string, string>> = {
  'libtensorflow 2.9.1 (linux x64)':
    'sha256:7f510d2546e3db5e10b1d119463689003d587842892ad3c95bca51cf82820173',
  'tensorflow_cpu-2.15.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl':
    'sha256:54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
  'tensorflow_cpu_aws-2.15.1-cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64.whl':
    'sha256:d4c3a3a9363bf42999adedbbd514e3a133be2d62f61fee9cfa46aaefb087c09e',
  '@tensorflow/tfjs-node@4.22.0':
    'sha512:b87ad779495f8243314d9a8790449257bcd274a755d0b96c05e6e5aa4b8a53d9' +
    'e77f1075a42e83b68c9855a2f1ce7cd9cbb59049e823728871c428c07fa0dcef',
  'google-protobuf@3.21.4':
    'sha512:3271bb37ddfacdc293728e097763d7d94f7a29ff4fc728003ca06e83eef82c7c' +
    'e61d799c78dd7a32645c76066ff8319e7ff4bd62f4007d1b0d0a7e1c8dff72c9',
  'progress@2.0.3':
    'sha512:ecf887b4b965e4b767288330d74d08fbcc495d1e605b6430598913ea226f6b46' +
    'd78ad64a6bf5ccad26dd9a0debd979da89dcfd42e99dd153da32b66517d57db0',
};

/** Returns the required digest of a download, `ALGORITHM:HEX`; null if none is known. */
export function pinOf(name: string): string | null {
  return PINS[name] ?? null;
}

/**
 * Throws unless the file has the digest.
 *
 * @param what the name of the download in the error
 */
export function checkPin(what: string, file: string, pin: string): void {
  const [algorithm = '', expected] = pin.split(':');
  const found = digestOf(file, algorithm);
  if (found === expected) return;
  throw new Error(
    `${what} is not the published file: its ${algorithm.toUpperCase()} is ${found}; expected ${expected}. Ask another mirror.`,
  );
}

/** Returns the digest of a file in hexadecimal digits, read in pieces. */
export function digestOf(path: string, algorithm = 'sha256'): string {
  const hash = createHash(algorithm);
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(1 << 20);
    for (let length = readSync(file, piece); length > 0; length = readSync(file, piece))
      hash.update(piece.subarray(0, length));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
