import { expect, test } from 'vitest';
import { differences, snapshot } from './api.js';

test('a snapshot has the declarations by name, without docstrings and private members', () => {
  const b =
    'export declare class B {\n    #private;\n    private readonly x;\n    /** Adds. */\n    add(n: number): this;\n}\n';
  const a = 'export declare const a: number;\n//# sourceMappingURL=a.d.ts.map';
  expect(
    snapshot([
      { name: 'B', text: b },
      { name: 'a', text: a },
    ]),
  ).toBe('B: export declare class B {\n    add(n: number): this;\n}\n\na: export declare const a: number;\n');
});

test('a change is shown by its lines', () => {
  expect(differences('a\nb', 'a\nb')).toEqual([]);
  expect(differences('a: 1\nb', 'a: 2\nb')).toEqual(['\n- a: 1\n+ a: 2']);
  expect(differences('a\nb', 'b\na')).toEqual(['the same lines in another order']);
  expect(differences('', 'a')).not.toEqual([]);
});
