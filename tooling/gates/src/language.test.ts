import { expect, test } from 'vitest';
import { commentProblems } from './language.js';

/** The beginning of a docstring, split so that this file has none of the docstrings below. */
const DOC = `/*${'*'}`;
const found = (source: string) => commentProblems(source).map(({ line, what }) => `${line}: ${what}`);

test.each(['What', 'Who', 'Where', 'How', 'Whether'])('a docstring must not begin with %s', (word) => {
  const problem = `a docstring begins with ${word}`;
  expect(found(`\n${DOC} ${word} it is. */\nconst a = 1;`)).toEqual([`2: ${problem}`]);
  expect(found(`class A {\n  ${DOC}\n   * ${word} it is.\n   */\n  a = 1;\n}`)).toEqual([`2: ${problem}`]);
  expect(found(`function f(${DOC} ${word} it is. */ a) {}`)).toEqual([`1: ${problem}`]);
});

test.each([
  ['a noun phrase', `${DOC} The layers of a network. */`],
  ['a verb', `${DOC}\n * Returns what it was given.\n */`],
  ['a longer word', `${DOC} Whatever comes. */`],
  ['a word of a later paragraph', `${DOC}\n * A row.\n *\n * Where it ends, another begins.\n */`],
  ['another comment', '// What follows is generated.\n/* Where it ends. */'],
])('a docstring may have %s', (_, source) => {
  expect(found(source)).toEqual([]);
});

test.each(['// ', '  // ', '/* ', ' * ', '/// '])('a comment line %j ends at 100 columns', (marker) => {
  const fits = `${marker}a ${'b'.repeat(98 - marker.length)}`;
  expect(found(fits)).toEqual([]);
  expect(found(`\n${fits}c`)).toEqual(['2: a comment line of 101 columns']);
});

test.each([
  ['code', `const text = '${'word '.repeat(30)}';`],
  ['code with a comment', `const text = '${'word '.repeat(30)}'; // a text`],
  ['an address', `// https://example.org/${'x'.repeat(100)}`],
  ['a line of an example', `${DOC}\n * \`\`\`ts\n * ${'word '.repeat(30)}\n * \`\`\`\n */`],
  ['a comment for the linter', `// biome-ignore lint/suspicious/noExplicitAny: ${'word '.repeat(30)}`],
])('a longer line may be %s', (_, source) => {
  expect(found(source)).toEqual([]);
});
