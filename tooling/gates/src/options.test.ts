import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callsWithOptions } from './options.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'options-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['a function', 'export declare function f(x: T, { a }?: FOptions): T;\n', ['f']],
  [
    'one overload',
    'export declare function f(x: 1): 1;\nexport declare function f(x: 2, o?: O2Options): 2;\n',
    ['f'],
  ],
  ['a function in a constant', 'export declare const f: (options: Some) => void;\n', ['f']],
  ['an inline type', 'export declare function f({ a }?: {\n    a?: number;\n}): T;\n', ['f']],
  ['options that are returned', 'export declare function f(x: T): FOptions;\n', []],
  ['options themselves', 'export interface FOptions extends GOptions {\n    a?: number;\n}\n', []],
  [
    'an error',
    'export declare class E {\n    constructor(m: string, cause?: ErrorOptions);\n}\nexport declare class F {\n    constructor(m: string, options?: ErrorOptions);\n}\n',
    [],
  ],
  [
    'a class in a constant',
    'export interface C<B> {\n    next(): B;\n}\nexport interface CConstructor {\n    new <B>(d: B): C<B>;\n    new <B>(d: P<B>, options?: COptions): C<B>;\n}\nexport declare const C: CConstructor;\nexport declare const D: { readonly x: DOptions };\n',
    ['C'],
  ],
  [
    'a class',
    `export declare abstract class C<T extends COptions> extends D {
    #private;
    readonly options: COptions;
    private hidden;
    constructor(n: number, options?: COptions);
    load<T>(state: (x: T) => 1, options?: LoadOptions): void;
    protected make(value: Tensor, options?: MakeOptions): Tensor;
    update(step: Update<Required<COptions>>): void;
    bare(n: number): COptions;
}
`,
    ['C', 'C.load', 'C.make'],
  ],
  [
    'an object of functions',
    'export type Ops = {\n    f: (a: T, { b }?: BOptions) => T;\n    g: (a: T) => T;\n};\n',
    ['Ops.f'],
  ],
  ['the type of a function', 'export type Hook = (options: HookOptions) => void;\n', []],
])('finds %s', (_, text, calls) => {
  writeFileSync(join(folder, 'index.d.ts'), text);
  expect(callsWithOptions(join(folder, 'index.d.ts'))).toEqual(calls);
});
