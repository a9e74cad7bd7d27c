import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The packed bytes of a file of the sample; `name` without `.gz`. */
export function sampleBytes(name) {
  return readFileSync(new URL(`../sample/${name}.gz`, import.meta.url));
}

/** A table that takes the sample for the published set, so that downloads can be tried without the full one. */
export function sampleTable() {
  const entry = (name, count) => {
    const packed = sampleBytes(name);
    return { name, count, packed: fingerprint(packed), unpacked: fingerprint(gunzipSync(packed)) };
  };
  return {
    trainImages: entry('train-images-idx3-ubyte', 6000),
    trainLabels: entry('train-labels-idx1-ubyte', 6000),
    testImages: entry('t10k-images-idx3-ubyte', 1000),
    testLabels: entry('t10k-labels-idx1-ubyte', 1000),
  };
}

function fingerprint(bytes) {
  return { size: bytes.length, md5: createHash('md5').update(bytes).digest('hex') };
}
