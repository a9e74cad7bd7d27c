import { expect, it } from 'vitest';
import { fakeResults, SAMPLE } from '../../testing/fake-result.js';
import { pytorchNote } from './pytorch-note.js';

it('names the version if PyTorch has figures, and is empty if it has none', () => {
  expect(pytorchNote(fakeResults({ data: SAMPLE }))).toMatch(
    /^ PyTorch 2\.15\S*'s figures were recorded on the same data\.$/,
  );
  expect(pytorchNote(fakeResults({ data: SAMPLE, steps: 3 }))).toBe('');
  expect(pytorchNote(fakeResults({ data: { ...SAMPLE, name: 'custom' } }))).toBe('');
});
