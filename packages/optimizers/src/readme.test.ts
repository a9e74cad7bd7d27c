import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kinds } from '../fixtures/optimizers.js';
import * as exported from './index.js';

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

/** Exports that are for authors of optimizers, or forms of one in the table. */
const OTHERS = [
  ...['ParameterOptimizer', 'CombinedOptimizer', 'ON_DEMAND', 'adamUpdate', 'adamwUpdate', 'sgdUpdate'],
  ...['betas', 'choice', 'flag', 'number', 'numbers', 'optionTable', 'rate'],
];

it('the README compares all that the package exports, and nothing else', () => {
  const section = README.split('\n## ').find((part) => part.startsWith('The same elsewhere\n')) ?? '';
  const [header = '', , ...rows] = section.split('\n').filter((line) => line.startsWith('| '));
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  expect(cells(header)[0]).toBe('here');
  for (const row of rows) {
    expect(cells(row).length, row).toBe(cells(header).length);
    for (const cell of cells(row)) expect(cell, row).toMatch(/^(none|`.+)$/);
  }
  const names = rows.map((row) => cells(row)[0]!).filter((cell) => cell !== 'none');
  // `adamw(options)` is a form of `AdamW`.
  const forms = kinds.map(({ name }) => name[0]!.toLowerCase() + name.slice(1));
  const isForm = (name: string) =>
    forms.includes(name) || kinds.some((kind) => kind.name.toLowerCase() === name) || OTHERS.includes(name);
  const own = Object.keys(exported).filter((name) => !isForm(name));
  expect(names.map((name) => name.replaceAll('`', '')).sort()).toEqual(own.sort());
});

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
