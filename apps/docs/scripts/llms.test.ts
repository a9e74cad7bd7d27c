import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { guides } from './guides.js';
import { writeLlmsTexts } from './llms.js';
import { publishedPackages } from './workspace.js';

let site = '';
const read = (file: string) => readFileSync(join(site, file), 'utf8');
beforeAll(() => {
  site = mkdtempSync(join(tmpdir(), 'llms-'));
  writeLlmsTexts(publishedPackages(), site);
});
afterAll(() => rmSync(site, { recursive: true }));

it('has a title, one paragraph, and sections of links with a line each', () => {
  expect(read('llms.txt')).toMatch(
    /^# Trainkit\n\n> [^\n]+\n(\n## \w+\n\n(- \[[^\]]+\]\(\/[^)]+\): [^\n]+\n)+)+$/,
  );
});

it('names each guide and each entry of a package', () => {
  const text = read('llms.txt');
  const paths = [
    ...guides().map(({ path }) => path),
    ...publishedPackages().flatMap(({ entries }) => entries.map(({ name }) => `/reference/${name}`)),
  ];
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.filter((path) => !text.includes(`](${path}.html): `))).toEqual([]);
});

it('holds all guides and READMEs in the full text', () => {
  const text = read('llms-full.txt');
  for (const title of ['# Quick start\n', '# @trainkit/nn\n', '# @trainkit/backend\n', '# Features\n'])
    expect(text).toContain(title);
  expect(text).not.toContain('order: 1\n');
});
