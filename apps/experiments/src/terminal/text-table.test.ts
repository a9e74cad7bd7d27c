import { expect, it } from 'vitest';
import { textTable } from './text-table.js';

const rows = [
  ['a', '1'],
  ['long', '200'],
];

it('has names on the left and numbers on the right, and no colors', () => {
  expect(textTable(['Run', 'Steps'], rows).split('\n')).toEqual([
    '┌──────┬───────┐',
    '│ Run  │ Steps │',
    '├──────┼───────┤',
    '│ a    │     1 │',
    '│ long │   200 │',
    '└──────┴───────┘',
  ]);
});

it('accepts other alignments', () => {
  expect(textTable(['Run', 'Steps'], rows, { aligns: ['right', 'left'] })).toContain('│    a │ 1     │');
});
