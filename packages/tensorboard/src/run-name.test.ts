import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runName } from './run-name.js';

it('is made of both tags', () => {
  expect(runName('a/loss', 'x:y')).toBe('a_loss_x%3Ay');
  expect(runName('a', 'b'.repeat(253))).toBe(`a_${'b'.repeat(253)}`);
});

it.each([
  ['a long tag', 'loss', 't'.repeat(300)],
  ['a long main tag', 'm'.repeat(300), 'train'],
  ['a tag whose escapes are long', 'loss', '/'.repeat(100)],
  ['a tag of characters with four bytes', 'loss', '\u{1f600}'.repeat(70)],
])('is a folder that can be made for %s', (_, mainTag, tag) => {
  const folder = mkdtempSync(join(tmpdir(), 'names-'));
  const name = runName(mainTag, tag);
  mkdirSync(join(folder, name));
  rmSync(folder, { recursive: true });
  expect(name).toMatch(/~[0-9a-f]{64}$/);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
  expect(name).toBe(Buffer.from(name).toString());
});

it('is unique for each long tag, even if they differ only at the end or in the main tag', () => {
  const long = 'x'.repeat(300);
  const names = [
    runName('a', `${long}1`),
    runName('a', `${long}2`),
    runName('b', `${long}1`),
    runName(`a_${long}`, '1'),
    runName(`a_${long}1`, ''),
  ];
  expect(new Set(names).size).toBe(names.length);
});

it('keeps two tags of one main tag apart', () => {
  const tags = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(tags, tags, (one, other) => {
      fc.pre(one !== other);
      expect(runName('loss', one)).not.toBe(runName('loss', other));
    }),
  );
});
