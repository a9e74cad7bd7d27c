import { expect, test } from 'vitest';
import { tablesOf, withTables } from './option-tables.js';

const DECLARATION = `export interface FitOptions<Batch> extends BestOptions {
    /**
     * The total steps, as in {@link Trainer}; 1 | 2.
     *
     * More about them.
     */
    steps: number;
    /** The loggers. Default none. */
    readonly log?: {
        a: string;
        b: number;
    } | readonly Logger[] | undefined;
}
`;

test('a table has the name, the type, the first paragraph and the parent of options', () => {
  expect(tablesOf([DECLARATION, 'export interface Logger {\n    /** A name. */\n    a: string;\n}\n'])).toBe(
    [
      '### FitOptions',
      '',
      '| option | type | meaning |',
      '| --- | --- | --- |',
      '| `steps` (required) | `number` | The total steps, as in `Trainer`; 1 \\| 2. |',
      '| `log` | `{ a: string; b: number; } \\| readonly Logger[]` | The loggers. Default none. |',
      '',
      'Also those of `BestOptions`.',
    ].join('\n'),
  );
});

test.each([
  [
    'before its license',
    '# A\n\nText.\n\n## License\n\nMIT\n',
    /Text\.\n\n<!--[\s\S]*-->\n\n## License\n\nMIT\n$/,
  ],
  ['at its end', '# A\n\nText.\n', /Text\.\n\n<!--[\s\S]*-->\n$/],
])('a README has the tables %s, replaces them and loses them', (_, readme, expected) => {
  const first = withTables(readme, 'one');
  expect(first).toMatch(expected);
  const second = withTables(first, 'two');
  expect(second).toBe(first.replace('one', 'two'));
  expect(withTables(second, '').trimEnd()).toBe(readme.trimEnd());
});
