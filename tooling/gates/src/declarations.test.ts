import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { declarations, undocumentedMembers } from './declarations.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'declarations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

test('follows re-exports and renamed exports, and counts one docstring for all overloads', () => {
  write(
    'index.d.ts',
    `export { a, type B as C } from './x.js';\nexport type { D } from './x.js';\n/** E. */\nexport type E = 1;\n`,
  );
  write(
    'x.d.ts',
    '/** A. */\nexport declare function a(x: 1): 1;\nexport declare function a(x: 2): 2;\nexport interface B {\n}\n/** D. */\nexport interface D {\n}\n',
  );
  const found = declarations(join(folder, 'index.d.ts')).map(({ name, doc }) => [name, doc]);
  expect(Object.fromEntries(found)).toEqual({ a: true, C: false, D: true, E: true });
});

test('an export that its file does not declare is an error', () => {
  write('index.d.ts', `export { gone } from './x.js';\n`);
  write('x.d.ts', 'export {};\n');
  expect(() => declarations(join(folder, 'index.d.ts'))).toThrow(/gone from .\/x.js; expected a declaration/);
});

test('names the members without a docstring, except private ones and the constructor', () => {
  const members = `
    #private;
    private hidden;
    readonly bare: number;
    /** Said. */
    said?: {
        deeper: number;
    };
    constructor(n: number);
    static make(): A;
    /** Said. */
    twice(x: 1): 1;
    twice(x: 2): 2;
    get value(): number;
}
`;
  expect(undocumentedMembers(`export declare class A {${members}`)).toEqual(['bare', 'make', 'value']);
  expect(undocumentedMembers(`export declare class A extends Base {${members}`)).toEqual([]);
  expect(undocumentedMembers('export declare function f(\n    bare: number): void;')).toEqual([]);
});
