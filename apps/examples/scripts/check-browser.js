/**
 * Builds the page of the two spirals, trains on it in a real Chromium with two reloads during the
 * training, and compares its result and its files with those of Node on wasm:
 *
 *     pnpm build && CHROMIUM=/usr/bin/chromium node apps/examples/scripts/check-browser.js
 *
 * SCREENSHOT=FILE.png saves a picture of the final page.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '@trainkit/testing/chromium';
import { build, preview } from 'vite';

const FILES = ['model.safetensors', 'best.safetensors', 'result.json', 'metrics.jsonl'];
/** Steps after which the page is reloaded: around its first checkpoint, and after several. */
const RELOADS = [20, 330];

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'two-spirals-'));
let passed = 0;
let failed = 0;

/**
 * @param {string} what
 * @param {unknown} found
 * @param {unknown} expected
 */
function check(what, found, expected) {
  const same = JSON.stringify(found) === JSON.stringify(expected);
  if (same) passed++;
  else failed++;
  console.log(
    same ? `ok    ${what}` : `FAIL  ${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`,
  );
}

/** Runs the example in Node, on the backend of the page. */
function inNode() {
  const env = { ...process.env, TRAINKIT_BACKEND: 'wasm' };
  const program = join(root, 'dist/two-spirals.js');
  const text = execFileSync(process.execPath, [program], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  const run = join(folder, 'runs/two-spirals/0');
  const files = FILES.map((file) => fingerprint(file, readFileSync(join(run, file)).toString('base64')));
  return { text: text.replaceAll(/\s/g, ''), files };
}

/**
 * Returns a digest of a file. It excludes the learning rates of a log and the log's digest in the
 * result, since the last bit of `Math.cos` depends on the version of V8.
 *
 * @param {string} file
 * @param {string | undefined} base64
 */
function fingerprint(file, base64 = '') {
  const bytes = Buffer.from(base64, 'base64');
  const text = bytes.toString('utf8');
  const compared = file.endsWith('.jsonl')
    ? text.replaceAll(/,"train\/learning_rate":[\d.e-]+/g, '')
    : file === 'result.json'
      ? text.replace(/"metrics\.jsonl": "[\da-f]{64}"/, '')
      : bytes;
  return `${bytes.length > 0 ? '' : 'empty '}${createHash('sha256').update(compared).digest('hex')}`;
}

/** Reads files of the origin private file system, as base64; runs in the page. */
async function filesInPage(/** @type {string[]} */ names) {
  /** @type {Map<string, string>} */
  const found = new Map();
  /** @param {FileSystemDirectoryHandle} directory */
  async function walk(directory) {
    for await (const handle of directory.values()) {
      if (handle instanceof FileSystemDirectoryHandle) await walk(handle);
      else if (handle instanceof FileSystemFileHandle && names.includes(handle.name)) {
        const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
        found.set(handle.name, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
      }
    }
  }
  await walk(await navigator.storage.getDirectory());
  return names.map((name) => found.get(name));
}

/** Counts the pixels of each class on the canvas; runs in the page. */
function pixelsInPage() {
  const canvas = document.querySelector('canvas');
  const { data } = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
  let blue = 0;
  let orange = 0;
  for (let i = 0; i < data.length; i += 4) {
    const [red = 0, , last = 0] = data.slice(i, i + 3);
    if (last > red) blue++;
    if (red > last) orange++;
  }
  return { blue, orange };
}

try {
  const outDir = join(folder, 'site');
  await build({ root, logLevel: 'error', build: { outDir } });
  const server = await preview({
    root,
    logLevel: 'error',
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0 },
  });
  const url = new URL('/two-spirals.html', server.resolvedUrls?.local[0]).href;
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 480, height: 640 } });
    page.on('pageerror', (error) => check('the page throws nothing', `${error}`, null));
    await page.goto(url);
    const status = page.locator('#status');
    /** @param {RegExp} text */
    const until = (text) => status.filter({ hasText: text }).waitFor({ timeout: 0 });
    for (const step of RELOADS) {
      await page.waitForFunction(
        (least) =>
          Number(/^Step (\d+)/.exec(document.querySelector('#status')?.textContent ?? '')?.[1]) >= least,
        step,
        { timeout: 0 },
      );
      console.log(`      reloaded at: ${await status.textContent()}`);
      await page.reload();
    }
    await until(/confusion/);
    const expected = inNode();
    check(
      'the page shows what Node prints',
      (await status.textContent())?.replaceAll(/\s/g, ''),
      expected.text,
    );
    const files = await page.evaluate(filesInPage, FILES);
    for (const [i, file] of FILES.entries())
      check(`${file} is that of Node`, fingerprint(file, files[i]), expected.files[i]);
    const { blue, orange } = await page.evaluate(pixelsInPage);
    check('the plot has both regions', Math.min(blue, orange) > 40_000, true);
    if (process.env['SCREENSHOT']) await page.screenshot({ path: process.env['SCREENSHOT'] });
    console.log(`      ${await status.textContent()}`);
  } finally {
    await browser.close();
    await server.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
