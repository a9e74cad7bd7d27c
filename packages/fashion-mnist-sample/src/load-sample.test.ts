import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { DataLoader } from '@trainkit/data';
import { describeDataset } from '@trainkit/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as browser from './index.browser.js';
import * as node from './index.js';

const { train, test } = await node.loadSample();
describeDataset('train of loadSample', () => train);
describeDataset('test of loadSample', () => test);

afterEach(() => vi.unstubAllGlobals());

/**
 * Stubs the answers of a page's server: the files, unchanged or unpacked by a content encoding, or
 * nothing.
 */
function serve(change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>, status = 200): void {
  vi.stubGlobal(
    'fetch',
    async (url: URL) => new Response(change(await readFile(fileURLToPath(url))), { status }),
  );
}

describe('loadSample', () => {
  it('has 600 and 100 images of each class', async () => {
    const { complete, source } = await node.loadSample();
    expect([complete, source]).toEqual([false, { kind: 'sample', path: null }]);
    for (const [dataset, perClass] of [
      [train, 600],
      [test, 100],
    ] as const) {
      expect(dataset.length).toBe(10 * perClass);
      const counts = Array.from(
        { length: 10 },
        (_, label) => dataset.labels.filter((own) => own === label).length,
      );
      expect(counts).toEqual(new Array(10).fill(perClass));
    }
    expect(Array.from(train.labels.slice(0, 10))).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
  });

  it('normalizes by mean and std', async () => {
    await tf.setBackend('cpu');
    const scaled = await node.loadSample({ mean: 0, std: 1 });
    for (const batch of new DataLoader(scaled.test, { batchSize: 1000 })) {
      const values = Array.from(batch.images.dataSync());
      expect([values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]).toEqual([
        0, 1,
      ]);
      tf.dispose(batch);
    }
  });

  it.each([
    ['as they are', (bytes: Uint8Array<ArrayBuffer>) => bytes],
    ['unpacked by a content encoding', (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(gunzipSync(bytes))],
  ])('fetches the files in a browser, %s', async (_what, change) => {
    serve(change);
    const fetched = await browser.loadSample();
    expect(Buffer.compare(fetched.train.images, train.images)).toBe(0);
    expect(Buffer.compare(fetched.test.labels, test.labels)).toBe(0);
  });

  it('says in a browser what to do if the files are not served', async () => {
    serve((bytes) => bytes, 404);
    await expect(browser.loadSample()).rejects.toThrow(
      /^loadSample: .*\.gz answered HTTP 404; expected a file of the sample\. Have your bundler copy the assets/,
    );
  });

  it.each([node, browser])('refuses options that it does not know', async ({ loadSample }) => {
    serve((bytes) => bytes);
    await expect(loadSample({ dir: 'data' } as never)).rejects.toThrow(
      'loadSample: received the unknown option "dir"; expected mean, std.',
    );
    await expect(loadSample({ std: 0 })).rejects.toThrow('std is 0; expected a finite number above 0.');
  });
});
