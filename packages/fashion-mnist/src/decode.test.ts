import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { imagesFile, labelsFile, smallSet } from '../fixtures/idx-files.js';
import { decodeFashionMnist } from './decode.js';

const bytes = (name: string) => new Uint8Array(smallSet()[`${name}.gz`] ?? []);
const files = () => ({
  trainImages: bytes('train-images-idx3-ubyte'),
  trainLabels: bytes('train-labels-idx1-ubyte'),
  testImages: bytes('t10k-images-idx3-ubyte'),
  testLabels: bytes('t10k-labels-idx1-ubyte'),
});

describe('decodeFashionMnist', () => {
  test('reads packed and unpacked bytes', async () => {
    const testLabels = new Uint8Array(gunzipSync(files().testLabels));
    const { train, test: held, complete, source } = await decodeFashionMnist({ ...files(), testLabels });
    expect([Array.from(train.labels), Array.from(held.labels), complete]).toEqual([[9, 0, 3], [2, 1], false]);
    expect(source).toEqual({ kind: 'bytes', path: null });
  });

  test.each<[string, object, string]>([
    [
      'labels of other images',
      { trainLabels: new Uint8Array(labelsFile([1])) },
      'trainImages has 3 images, but trainLabels has 1',
    ],
    [
      'images in place of labels',
      { testLabels: new Uint8Array(imagesFile(1)) },
      'testLabels: the IDX magic number',
    ],
    [
      'no bytes',
      { testImages: undefined },
      'files.testImages is undefined; expected the bytes of the file as a Uint8Array.',
    ],
  ])('refuses %s', async (_what, wrong, message) => {
    await expect(decodeFashionMnist({ ...files(), ...wrong })).rejects.toThrow(message);
  });

  test('refuses unknown options, and checks the contents by default', async () => {
    await expect(decodeFashionMnist(files(), { dir: '.' } as never)).rejects.toThrow('unknown option "dir"');
    const full = {
      ...files(),
      testImages: new Uint8Array(imagesFile(10_000)),
      testLabels: new Uint8Array(labelsFile(new Uint8Array(10_000))),
    };
    await expect(decodeFashionMnist(full)).rejects.toThrow(
      "testImages has Fashion-MNIST's size but not its contents",
    );
    expect((await decodeFashionMnist(full, { verify: false })).test.length).toBe(10_000);
  });
});
