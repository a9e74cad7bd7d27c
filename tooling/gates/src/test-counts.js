#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { workspace } from './workspace.js';

/**
 * `node test-counts.js SCRIPT [LOG [PACKAGE…]]` adds up vitest's counts in the log of `turbo
 * SCRIPT`. Its last line is "PASSED FAILED". Skipped tests count as failures, and so do packages
 * whose tests printed no count: the named ones, by default all.
 */
const [script = 'test', file = 0, ...names] = process.argv.slice(2);
const log = stripVTControlCharacters(readFileSync(file, 'utf8'));
let passed = 0;
let failed = 0;
const counted = new Set();

for (const match of log.matchAll(/^(@trainkit\/[\w-]+):([\w:-]+):\s+Tests\s+(.*)$/gm)) {
  const [, name = '', task = '', counts = ''] = match;
  if (task !== script) continue;
  counted.add(name);
  const count = (/** @type {string} */ word) => Number(new RegExp(`(\\d+) ${word}`).exec(counts)?.[1] ?? 0);
  const wrong = count('failed') + count('skipped') + count('todo');
  passed += count('passed');
  failed += wrong;
  console.log(`${wrong > 0 ? 'FAILED ' : ''}${name}: ${counts}`);
}
for (const { manifest } of workspace) {
  if (names.length > 0 && !names.includes(manifest.name)) continue;
  if (!manifest.scripts?.[script]?.includes('vitest') || counted.has(manifest.name)) continue;
  failed++;
  console.log(`FAILED ${manifest.name}: its ${script} counted no test`);
}
console.log(`${passed} ${failed}`);
