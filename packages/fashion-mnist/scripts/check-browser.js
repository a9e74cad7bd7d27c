/**
 * Loads the full set twice in a real Chromium, by download and then from its Cache API, and compares the batches
 * with PyTorch's:
 *
 *   pnpm build && FASHION_MNIST_DIR=DIR CHROMIUM=/usr/bin/chromium node scripts/check-browser.js
 *
 * The page is a bundle of the browser entry; it sends what it found back to the server that served it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import golden from '../goldens/full-set.json' with { type: 'json' };

const { FASHION_MNIST_DIR: dir, CHROMIUM: chromium = '/usr/bin/chromium' } = process.env;
if (!dir) {
  console.error('usage: FASHION_MNIST_DIR=DIR CHROMIUM=/usr/bin/chromium node scripts/check-browser.js');
  process.exit(2);
}

const PAGE = `
import * as tf from '@tensorflow/tfjs';
import { Generator } from '@trainkit/random';
import { DataLoader, loadFashionMnist } from '@trainkit/fashion-mnist';

async function walk() {
  await tf.setBackend('cpu');
  const downloaded = await loadFashionMnist({ mirrors: ['/data/'] });
  const { train, source, complete } = await loadFashionMnist({ download: false });
  const first = [];
  const start = performance.now();
  for (const { seed } of ${JSON.stringify(golden.cases.filter(({ draws }) => draws === 0))}) {
    let labels = '';
    for (const batch of new DataLoader(train, { shuffle: true, generator: new Generator(BigInt(seed)) })) {
      if (labels === '') labels = batch.labels.dataSync().slice(0, 16).join('');
      batch.dispose();
    }
    first.push(labels);
  }
  const seconds = (performance.now() - start) / 1000 / first.length;
  return { kinds: [downloaded.source.kind, source.kind], complete, first, seconds };
}
const result = await walk().catch((error) => ({ error: String(error) }));
await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
`;

const root = fileURLToPath(new URL('..', import.meta.url));
const entry = join(root, 'page.js');
const bundle = await build({
  configFile: false,
  logLevel: 'error',
  root,
  build: { write: false, target: 'es2022', rollupOptions: { input: entry } },
  plugins: [
    {
      name: 'page',
      enforce: 'pre',
      resolveId: (id) => (id === entry ? entry : null),
      load: (id) => (id === entry ? PAGE : null),
    },
  ],
});
const { code } = bundle.output[0];

const asked = [];
let received = () => {};
const result = new Promise((resolve) => {
  received = resolve;
});
const server = createServer(async (request, response) => {
  if (request.url === '/') {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><script type="module" src="/page.js"></script>');
  } else if (request.url === '/page.js') {
    response.setHeader('content-type', 'text/javascript');
    response.end(code);
  } else if (request.url?.startsWith('/data/')) {
    asked.push(request.url);
    createReadStream(join(dir, request.url.slice('/data/'.length))).pipe(response);
  } else if (request.url === '/result') {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.end();
    received(JSON.parse(body));
  } else {
    response.writeHead(404).end();
  }
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const profile = await mkdtemp(join(tmpdir(), 'fashion-mnist-browser-'));
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
flags.push('--disable-component-update', '--disable-sync', '--no-first-run', `--user-data-dir=${profile}`);
const browser = spawn(chromium, [...flags, `http://127.0.0.1:${server.address().port}/`], {
  stdio: 'ignore',
});
const ended = once(browser, 'exit');
const found = await Promise.race([result, ended.then(() => ({ error: `${chromium} ended early` }))]);
browser.kill();
await ended;
server.close();
server.closeAllConnections();
await rm(profile, { recursive: true, force: true, maxRetries: 5 });

const expected = {
  kinds: ['download', 'cache'],
  complete: true,
  first: golden.cases.filter(({ draws }) => draws === 0).map(({ first }) => first),
};
const { seconds, ...rest } = found;
const same = JSON.stringify(rest) === JSON.stringify(expected) && asked.length === 4;
console.log(
  same ? `4 files fetched, then read from the cache; an epoch takes ${seconds.toFixed(2)} s` : found,
);
console.log(same ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exitCode = same ? 0 : 1;
