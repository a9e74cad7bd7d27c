import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kinds } from '../fixtures/optimizers.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The rows of the table of options, by option: the cells by optimizer. */
function documented(): Map<string, Map<string, string>> {
  const section = README.split('\n## ').find((part) => part.startsWith('Options\n')) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  const cells = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/`/g, '')),
  );
  const [[, ...names] = [], ...rows] = cells.filter(([first]) => !first?.startsWith('---'));
  return new Map(
    rows.map(([option = '', ...values]) => [
      option,
      new Map(names.map((name, i) => [name, values[i] ?? ''])),
    ]),
  );
}

it.each(kinds)('the README has the default of each option of $name', ({ name, kind }) => {
  const defaults = Object.entries(kind.options).map(([option, { initial }]) => {
    const text =
      initial === undefined ? 'required' : Array.isArray(initial) ? `[${initial.join(', ')}]` : initial;
    return [option, text] as const;
  });
  const table = documented();
  const found = [...table].flatMap(([option, cells]) => {
    const [, value = ''] = /^(\[.*?\]|\S+)/.exec(cells.get(name) ?? '') ?? [];
    if (value === '') return [];
    const literal = ['true', 'false'].includes(value) ? value === 'true' : Number(value);
    return [[option, Number.isNaN(literal) ? value : literal] as const];
  });
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(defaults));
});
