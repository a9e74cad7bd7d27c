import { expect, test } from 'vitest';
import { codeBlocks, docstringBlocks, expectedLines, importedPackages, sameLines } from './blocks.js';

const FENCE = '```';

test('finds the TypeScript blocks of a README and their lines', () => {
  const text = `# x\n\n${FENCE}sh\nnpm i\n${FENCE}\n\n${FENCE}ts\nconst a = 1;\n\nlog(a);\n${FENCE}\n\n${FENCE}ts\n${FENCE}\n`;
  expect(codeBlocks('README.md', text)).toEqual([
    { file: 'README.md', line: 8, name: null, code: 'const a = 1;\n\nlog(a);\n' },
    { file: 'README.md', line: 14, name: null, code: '' },
  ]);
});

test('finds the blocks of docstrings, without the stars, and none in code', () => {
  const source = `/**\n * What.\n *\n * @example\n * ${FENCE}ts\n * if (x) {\n *   y();\n * }\n * ${FENCE}\n */\nexport const a = 2 * 3;\n`;
  expect(docstringBlocks('a.ts', source)).toEqual([
    { file: 'a.ts', line: 6, name: null, code: 'if (x) {\n  y();\n}\n' },
  ]);
});

test('takes the name of a file from a block that has one', () => {
  expect(codeBlocks('README.md', `${FENCE}ts page.ts\nopen();\n${FENCE}\n`)).toEqual([
    { file: 'README.md', line: 2, name: 'page', code: 'open();\n' },
  ]);
});

test('finds the packages of ours that a block imports, each once', () => {
  const code =
    "import * as tf from '@tensorflow/tfjs';\nimport { a } from '@trainkit/nn';\nimport { b } from '@trainkit/trainer';\nimport { c } from '@trainkit/trainer/node';\n";
  expect(importedPackages(code)).toEqual(['@trainkit/nn', '@trainkit/trainer']);
});

test('reads the text after an arrow as an expected line, and e.g. as any line', () => {
  const expected = expectedLines('log(1); // → 1\nlog(2); // two\nlog(host); // e.g. cpu\nlog(""); // →\n');
  expect(sameLines(['1', 'wasm', ''], expected)).toBe(true);
  expect(sameLines(['1 ', 'wasm', ''], expected)).toBe(true);
  expect(sameLines(['1.0', 'wasm', ''], expected)).toBe(false);
  expect(sameLines(['1', 'wasm'], expected)).toBe(false);
  expect(sameLines(['1', 'wasm', '', 'more'], expected)).toBe(false);
});
