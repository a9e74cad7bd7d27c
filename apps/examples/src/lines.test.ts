import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SOURCES = fileURLToPath(new URL('.', import.meta.url));

const examples = readdirSync(SOURCES).filter((file) => /(?<!\.test)\.ts$/.test(file));

it('finds the examples', () => {
  expect(examples).toContain('two-spirals.ts');
});

it.each(examples)('%s has at most 40 lines', (file) => {
  expect(readFileSync(`${SOURCES}${file}`, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});

it('trains in the browser with the lines of the Node program', () => {
  const trained = (file: string) => {
    const text = readFileSync(`${SOURCES}${file}`, 'utf8');
    return text.slice(text.indexOf('const generator'), text.indexOf('});\n') + 4);
  };
  expect(trained('two-spirals.browser.ts')).toBe(trained('two-spirals.ts'));
  expect(trained('two-spirals.ts')).toContain('restoreBest: true,\n});\n');
});
