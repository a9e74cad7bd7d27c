import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { expectSameBytes } from '../fixtures/idx-files.js';
import { type Answer, serve, startMirror } from '../fixtures/mirror.js';
import { sampleBytes, sampleTable } from '../fixtures/sample-files.js';
import { type DownloadOptions, download } from './download.js';

const FILE = sampleTable().testImages;
const BYTES = sampleBytes(FILE.name);
const SIZE = BYTES.length;

function options(mirrors: string[], more: Partial<DownloadOptions> = {}): DownloadOptions {
  return { mirrors, stallTimeout: 60_000, onReceived: () => {}, signal: undefined, ...more };
}

/** Sends the first half, and lets `then` continue. */
function half(then: (response: Parameters<Answer>[1]) => void): Answer {
  return (_, response) => {
    response.writeHead(200, { 'content-length': SIZE });
    response.write(BYTES.subarray(0, SIZE / 2), () => then(response));
  };
}

describe('a mirror that fails is left for the next one', () => {
  test.each<[string, Answer, RegExp]>([
    ['404', (_, response) => response.writeHead(404).end('nothing here'), /HTTP 404 Not Found$/m],
    ['500', (_, response) => response.writeHead(500).end(), /HTTP 500 Internal Server Error$/m],
    [
      'a web page in place of the file',
      (_, response) => response.end('<!doctype html>'),
      /sent 15 bytes that are not the file \(\d+ bytes with MD5 [0-9a-f]{32}\)$/m,
    ],
    [
      'the right size, another MD5',
      (_, response) => response.end(Buffer.from(BYTES).fill(0, SIZE / 2)),
      /that are not the file/,
    ],
    ['nothing', (_, response) => response.end(), /sent 0 bytes that are not the file/],
    [
      'far too many bytes',
      (_, response) => response.end(Buffer.alloc(FILE.unpacked.size + 1)),
      /sent more than 784016 bytes, so it is not the file/,
    ],
    [
      'a hang-up in the middle',
      half((response) => response.destroy()),
      /broke off after \d+ of \d+ bytes \(/,
    ],
    ['a hang-up at once', (_, response) => response.destroy(), /no answer \(fetch failed: /],
    [
      'a redirect to itself',
      (_, response, request) => response.writeHead(302, { location: request.url }).end(),
      /no answer \(fetch failed: /,
    ],
  ])('%s', async (_, answer, message) => {
    const bad = await startMirror(answer);
    const good = await startMirror();
    const { bytes, url } = await download(FILE, options([bad.url, good.url]));
    expectSameBytes(bytes, BYTES);
    expect(url).toBe(`${good.url}${FILE.name}.gz`);
    expect(good.asked).toEqual([FILE.name]);
    const alone = download(FILE, options([bad.url]));
    await expect(alone).rejects.toThrow(message);
    await expect(alone).rejects.toThrow(`  ${bad.url}${FILE.name}.gz: `);
  });

  test.each<[string, Answer, RegExp]>([
    ['before it answers', () => {}, /no answer \(nothing came for 100 ms\)/],
    ['in the middle', half(() => {}), /broke off after \d+ of \d+ bytes \(nothing came for 100 ms\)/],
  ])('a stall %s', async (_, answer, message) => {
    const bad = await startMirror(answer);
    await expect(download(FILE, options([bad.url], { stallTimeout: 100 }))).rejects.toThrow(message);
  });

  test('drops that never end', async () => {
    const bad = await startMirror((_, response) => {
      response.writeHead(200, { 'content-length': SIZE });
      const drops = setInterval(() => response.write(BYTES.subarray(0, 1)), 20);
      response.on('close', () => clearInterval(drops));
    });
    const good = await startMirror();
    const { url } = await download(FILE, options([bad.url, good.url], { stallTimeout: 200 }));
    expect(url).toContain(good.url);
    await expect(download(FILE, options([bad.url], { stallTimeout: 200 }))).rejects.toThrow(
      /broke off after \d+ of \d+ bytes \(only \d+ bytes came in 200 ms\)/,
    );
  });

  test('nobody listens', async () => {
    await expect(download(FILE, options(['http://127.0.0.1:1/']))).rejects.toThrow(
      /no answer \(fetch failed/,
    );
  });

  test('if all fail, the error names each, and says what to do', async () => {
    const first = await startMirror((_, response) => response.writeHead(403).end());
    const second = await startMirror((_, response) => response.writeHead(503).end());
    const loading = download(FILE, options([first.url, second.url]));
    await expect(loading).rejects.toThrow(
      'Fashion-MNIST could not be downloaded. No mirror gave t10k-images-idx3-ubyte.gz:\n' +
        `  ${first.url}t10k-images-idx3-ubyte.gz: HTTP 403 Forbidden\n` +
        `  ${second.url}t10k-images-idx3-ubyte.gz: HTTP 503 Service Unavailable\n` +
        'Try again with a network; or fetch the four .gz files of https://raw.githubusercontent.com/',
    );
    await expect(loading).rejects.toThrow('pass their folder as dir or in FASHION_MNIST_DIR');
    await expect(loading).rejects.toMatchObject({ name: 'FashionMnistError', code: 'unreachable' });
  });
});

describe('a mirror is used', () => {
  test.each<[string, Answer]>([
    [
      'that redirects',
      (name, response, request) =>
        request.url?.startsWith('/moved/')
          ? serve(FILE.name, response)
          : response.writeHead(302, { location: `/moved/${name}.gz` }).end(),
    ],
    ['that is slow to start', (name, response) => void setTimeout(() => serve(name, response), 300)],
    [
      'that sends drops',
      (_, response) => {
        for (let place = 0; place < SIZE; place += 1000) response.write(BYTES.subarray(place, place + 1000));
        response.end();
      },
    ],
  ])('%s', async (_, answer) => {
    const mirror = await startMirror(answer);
    const received: number[] = [];
    const { bytes } = await download(
      FILE,
      options([mirror.url], { stallTimeout: 10_000, onReceived: (count) => received.push(count) }),
    );
    expectSameBytes(bytes, BYTES);
    expect(received.at(-1)).toBe(SIZE);
  });

  test('that is slow, without a time limit', async () => {
    const mirror = await startMirror((name, response) => void setTimeout(() => serve(name, response), 300));
    const stallTimeout = Number.POSITIVE_INFINITY;
    expectSameBytes((await download(FILE, options([mirror.url], { stallTimeout }))).bytes, BYTES);
  });

  test('that declares gzip as an encoding, so that the file comes unpacked', async () => {
    const mirror = await startMirror((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': SIZE }).end(BYTES);
    });
    const { bytes } = await download(FILE, options([mirror.url]));
    expectSameBytes(bytes, gunzipSync(BYTES));
  });
});

describe('an abort', () => {
  test.each<[string, Answer]>([
    ['before the answer', () => {}],
    ['in the middle', half(() => {})],
  ])('%s rejects with its reason and tries no further mirror', async (_, answer) => {
    const controller = new AbortController();
    const reason = new Error('the user left');
    const slow = await startMirror((name, response, request) => {
      answer(name, response, request);
      setTimeout(() => controller.abort(reason), 50);
    });
    const next = await startMirror();
    const loading = download(FILE, options([slow.url, next.url], { signal: controller.signal }));
    await expect(loading).rejects.toBe(reason);
    expect(next.asked).toEqual([]);
  });

  test('an error thrown by the listener of the progress is not the mirror’s', async () => {
    const mirror = await startMirror();
    const next = await startMirror();
    const onReceived = () => {
      throw new Error('in onProgress');
    };
    await expect(download(FILE, options([mirror.url, next.url], { onReceived }))).rejects.toThrow(
      'in onProgress',
    );
    expect(next.asked).toEqual([]);
  });
});
