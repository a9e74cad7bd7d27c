import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importsIn, longestChain } from './import-chain.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-chain-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (files: Record<string, string>) => {
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), source);
  }
};

test('every kind of import of a module counts once, and imports of tests or packages do not count', () => {
  write({
    'cli.ts': "import { a } from './a/a.js';\nimport type {\n  B,\n} from './b.js';\nimport x from 'x';\n",
    'a/a.ts': "export { b } from '../b.js';\nimport type { B } from '../b.js';\nawait import('./lazy.js');\n",
    'a/lazy.ts': "import '../b.js';\nimport data from './data.json';\n",
    'a/a.test.ts': "import { a } from './a.js';\n",
    'b.ts': "import { fake } from './testing/fake.js';\n",
    'testing/fake.ts': "import { a } from '../a/a.js';\n",
  });
  expect(new Map([...importsIn(folder)].sort())).toEqual(
    new Map([
      ['a/a.ts', ['b.ts', 'a/lazy.ts']],
      ['a/lazy.ts', ['b.ts']],
      ['b.ts', []],
      ['cli.ts', ['a/a.ts', 'b.ts']],
    ]),
  );
  expect(longestChain(importsIn(folder))).toEqual(['cli.ts', 'a/a.ts', 'a/lazy.ts', 'b.ts']);
});

test('an import that leads back ends the chain', () => {
  const imports = new Map([
    ['a', ['b']],
    ['b', ['c', 'a']],
    ['c', ['a']],
  ]);
  expect(longestChain(imports)).toEqual(['a', 'b', 'c']);
  expect(longestChain(new Map())).toEqual([]);
});
