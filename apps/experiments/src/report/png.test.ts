import { readPng } from '@trainkit/testing/tensorboard';
import { expect, it } from 'vitest';
import { grayImage } from './png.js';

const decode = (uri: string) => readPng(Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64'));

it('keeps every pixel', () => {
  const pixels = Uint8Array.of(0, 80, 160, 240, 255, 1);
  expect(decode(grayImage(pixels, 3))).toEqual({ mode: 'L', size: [3, 2], pixels: [...pixels] });
});

it('fills a last row that is not complete with black', () => {
  expect(decode(grayImage(Uint8Array.of(9, 9, 9), 2)).pixels).toEqual([9, 9, 9, 0]);
});
