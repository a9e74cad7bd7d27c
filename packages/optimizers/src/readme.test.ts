import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kinds } from '../fixtures/optimizers.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The rows of the tables of options, by option: the cells by optimizer. */
function documented(): Map<string, Map<string, string>> {
  const section = README.split('\n## ').find((part) => part.startsWith('Options\n')) ?? '';
  const found = new Map<string, Map<string, string>>();
  let names: string[] = [];
  for (const line of section.split('\n').filter((one) => one.startsWith('| '))) {
    const [option = '', ...values] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/`/g, ''));
    if (option === 'option') names = values;
    if (option === 'option' || option === '---') continue;
    const cells = values.map((value, i) => [names[i] ?? '', value] as const);
    found.set(option, new Map([...(found.get(option) ?? []), ...cells]));
  }
  return found;
}

it.each(kinds)('the README has the default of each option of $name', ({ name, kind }) => {
  const defaults = Object.entries(kind.options).map(([option, { initial }]) => [
    option,
    initial ?? 'required',
  ]);
  const found = [...documented()].flatMap(([option, cells]) => {
    const [, value = ''] = /^(\[.*?\]|\S+)/.exec(cells.get(name) ?? '') ?? [];
    if (value === '') return [];
    return [[option, /^[[\d-]|^true$|^false$/.test(value) ? JSON.parse(value) : value]];
  });
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(defaults));
});
