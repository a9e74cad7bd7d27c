import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kinds } from '../fixtures/optimizers.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The cells of the tables of options: for each option, those of each optimizer. */
function documented(): Map<string, Map<string, string>> {
  const section = README.split('\n## ').find((part) => part.startsWith('Options\n')) ?? '';
  const found = new Map<string, Map<string, string>>();
  let names: readonly string[] = [];
  for (const line of section.split('\n').filter((each) => each.startsWith('| '))) {
    const cells = line.split('|').slice(1, -1);
    const [option = '', ...values] = cells.map((cell) => cell.trim().replace(/`/g, ''));
    if (option === 'option') names = values;
    else if (!option.startsWith('---')) {
      const row = found.get(option) ?? new Map<string, string>();
      for (const [i, name] of names.entries()) row.set(name, values[i] ?? '');
      found.set(option, row);
    }
  }
  return found;
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
