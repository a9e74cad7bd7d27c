import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeCaches } from '../fixtures/fake-caches.js';
import { startMirror } from '../fixtures/mirror.js';
import type * as Files from './files.js';
import * as browser from './index.browser.js';
import * as node from './index.js';
import { loadFashionMnist } from './load.browser.js';

// The sample replaces the published set.
vi.mock('./files.js', async (): Promise<Partial<typeof Files>> => {
  const { sampleTable } = await import('../fixtures/sample-files.js');
  return { FILES: sampleTable() };
});

let caches: FakeCaches;
beforeEach(() => {
  caches = new FakeCaches();
  vi.stubGlobal('caches', caches);
});
afterEach(() => vi.unstubAllGlobals());

describe('loadFashionMnist in a browser', () => {
  test('downloads once, then reads the Cache API', async () => {
    const mirror = await startMirror();
    const first = await loadFashionMnist({ mirrors: [mirror.url] });
    expect(first.source).toEqual({ kind: 'download', path: 'trainkit-fashion-mnist' });
    expect(first.train.length).toBe(6000);
    expect(mirror.asked.length).toBe(4);
    const second = await loadFashionMnist({ mirrors: [mirror.url], download: false });
    expect(second.source.kind).toBe('cache');
    expect(mirror.asked.length).toBe(4);
  });

  test('accepts mirrors relative to the page', async () => {
    const mirror = await startMirror((name, response) => response.writeHead(404).end(name));
    vi.stubGlobal('location', new URL('app/index.html', mirror.url));
    await expect(loadFashionMnist({ mirrors: ['/data'] })).rejects.toThrow(`${mirror.url}data/train-images`);
    expect(mirror.asked[0]).toBe('data/train-images-idx3-ubyte');
  });

  test('drops an entry with other contents and fetches it again', async () => {
    const mirror = await startMirror();
    await loadFashionMnist({ mirrors: [mirror.url] });
    const [key] = caches.entries.keys();
    caches.entries.set(key!, new Uint8Array(caches.entries.get(key!)!.length));
    await loadFashionMnist({ mirrors: [mirror.url] });
    expect(mirror.asked.length).toBe(5);
    expect((await loadFashionMnist({ download: false })).source.kind).toBe('cache');
  });

  test.each<[string, () => void]>([
    ['a full quota', () => void Object.assign(caches, { full: true })],
    ['no Cache API', () => void vi.stubGlobal('caches', undefined)],
  ])('continues without a cache: %s', async (_, spoil) => {
    spoil();
    const mirror = await startMirror();
    for (const kind of ['download', 'download']) {
      expect((await loadFashionMnist({ mirrors: [mirror.url] })).source.kind).toBe(kind);
    }
    expect(mirror.asked.length).toBe(8);
  });

  test.each([{ dir: 'data' }, { cacheDir: 'data' }])('refuses %j', async (options) => {
    await expect(loadFashionMnist(options)).rejects.toThrow(
      `loadFashionMnist: ${Object.keys(options)} is a folder, which a browser cannot read. ` +
        "Serve the four files and pass their address instead: mirrors: ['/data/'].",
    );
  });
});

test('the browser entry exports the same names as the other one', () => {
  expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
});
