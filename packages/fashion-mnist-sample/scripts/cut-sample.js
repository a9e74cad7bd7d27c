/**
 * Cuts the sample from the full set: the first 600 images of each class of the train set and the
 * first 100 of each class of the test set, in their original order, as the same four gzip files.
 *
 * pnpm build && node scripts/cut-sample.js DIR writes sample/*.gz pnpm build && node
 * scripts/cut-sample.js DIR --check writes nothing; fails if sample/ has other contents
 *
 * DIR is the folder of the full set. The contents are compared unpacked: the packed bytes depend on
 * zlib's version.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { loadFashionMnist } from '@trainkit/fashion-mnist';

const PIXELS = 784;
const OPERATING_SYSTEM_BYTE = 9;
const UNKNOWN_SYSTEM = 255;

const [dir, flag] = process.argv.slice(2);
if (dir === undefined || (flag !== undefined && flag !== '--check')) {
  console.error('usage: node scripts/cut-sample.js DIR [--check]');
  process.exit(2);
}

const { train, test, complete } = await loadFashionMnist({ dir });
if (!complete) throw new Error(`${dir} is not the full set: the sample is cut from all 70,000 images.`);

const files = { ...cut(train, 600, 'train'), ...cut(test, 100, 't10k') };
let differences = 0;
for (const [name, idx] of Object.entries(files)) {
  const packed = pack(idx);
  if (md5(packed) !== md5(pack(idx))) throw new Error(`${name}: two runs gave two files.`);
  const path = new URL(`../sample/${name}.gz`, import.meta.url);
  if (flag === '--check') {
    const same = md5(gunzipSync(await readFile(path))) === md5(idx);
    if (!same) differences++;
    console.log(`${same ? 'same' : 'DIFFERS'}  ${name}`);
  } else {
    await writeFile(path, packed);
    console.log(`${md5(idx)}  ${name}  (${packed.length} bytes packed)`);
  }
}
process.exitCode = differences === 0 ? 0 : 1;

/** The IDX files of the first `perClass` images of each class, in the order of the split. */
function cut({ images, labels, length }, perClass, prefix) {
  const taken = new Array(10).fill(0);
  const rows = [];
  for (let row = 0; row < length; row++) if (taken[labels[row]]++ < perClass) rows.push(row);
  const pixels = Buffer.concat(rows.map((row) => images.subarray(row * PIXELS, (row + 1) * PIXELS)));
  const classes = Buffer.from(rows.map((row) => labels[row]));
  return {
    [`${prefix}-images-idx3-ubyte`]: Buffer.concat([header(0x803, rows.length, 28, 28), pixels]),
    [`${prefix}-labels-idx1-ubyte`]: Buffer.concat([header(0x801, rows.length), classes]),
  };
}

function header(...words) {
  const bytes = Buffer.alloc(4 * words.length);
  words.forEach((word, i) => {
    bytes.writeUInt32BE(word, 4 * i);
  });
  return bytes;
}

/**
 * Packs with gzip at level 9; zlib writes no time, and the system's byte is fixed so that every
 * system writes the same bytes.
 */
function pack(bytes) {
  const packed = gzipSync(bytes, { level: 9 });
  packed[OPERATING_SYSTEM_BYTE] = UNKNOWN_SYSTEM;
  return packed;
}

function md5(bytes) {
  return createHash('md5').update(bytes).digest('hex');
}
