import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { declarations } from './declarations.js';
import { entryTypes, packages } from './workspace.js';

const BEGIN = '<!-- Options: written by `pnpm gate options --update` from the declarations. -->';
const END = '<!-- End of the options. -->';

/** An exported interface whose name ends in Options; its last group is its body. */
const INTERFACE =
  /^export (?:declare )?interface (\w*Options)\b(?:<[^{]*?>)?(?: extends ([^{]+?))? \{\n([\s\S]*?)^\}/m;

/** The docstring and the name of a member; its type follows. */
const MEMBER = /^ {4}\/\*\*([\s\S]*?)\*\/\n {4}(?:readonly )?(\w+)(\??): /gm;

/**
 * Checks that every package's README ends with the tables of its options. `--update` writes them.
 *
 * @param {import('./report.js').Report} report
 * @param {{ update: boolean }} options
 */
export default function optionTables(report, { update }) {
  for (const { path, directory, manifest } of packages) {
    const files = [...entryTypes(manifest)].map((types) => join(directory, types));
    if (!files.every((file) => existsSync(file))) {
      report.fail(`${path}: its declarations are missing`, 'Run pnpm build first.');
      continue;
    }
    const texts = new Map(files.flatMap((file) => declarations(file)).map(({ name, text }) => [name, text]));
    const readme = join(directory, 'README.md');
    const before = readFileSync(readme, 'utf8');
    const after = withTables(before, tablesOf([...texts.values()]));
    if (update && after !== before) writeFileSync(readme, after);
    report.check(
      `${path}/README.md: the tables of its options`,
      update || after === before ? [] : ['they differ from the declarations'],
      'Write them: pnpm build && pnpm gate options --update.',
    );
  }
}

/**
 * Returns the tables of the options among declarations, by name; '' without any.
 *
 * @param {readonly string[]} texts declarations as `declarations` returns them
 */
export function tablesOf(texts) {
  return texts
    .flatMap((text) => {
      const [, name = '', parent, body = ''] = INTERFACE.exec(text) ?? [];
      const rows = [...body.matchAll(MEMBER)].map((match) => {
        const [whole, doc = '', member = '', optional] = match;
        const type = typeAt(body, match.index + whole.length);
        return `| \`${member}\`${optional ? '' : ' (required)'} | ${code(type)} | ${prose(doc)} |`;
      });
      if (rows.length === 0) return [];
      const inherited =
        parent === undefined ? [] : ['', `Also those of \`${parent.replaceAll('\n', ' ')}\`.`];
      return [
        {
          name,
          lines: [
            `### ${name}`,
            '',
            '| option | type | meaning |',
            '| --- | --- | --- |',
            ...rows,
            ...inherited,
          ],
        },
      ];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ lines }) => lines.join('\n'))
    .join('\n\n');
}

/**
 * Returns a README with these tables, before its license.
 *
 * @param {string} readme
 * @param {string} tables
 */
export function withTables(readme, tables) {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  const without =
    begin === -1 || end === -1
      ? readme
      : `${readme.slice(0, begin).trimEnd()}\n\n${readme.slice(end + END.length).trimStart()}`;
  if (tables === '') return without;
  const section = `${BEGIN}\n\n## All options\n\n${tables}\n\n${END}\n\n`;
  const license = without.search(/^## License/m);
  return license === -1
    ? `${without.trimEnd()}\n\n${section.trimEnd()}\n`
    : without.slice(0, license) + section + without.slice(license);
}

/**
 * Returns the type that starts at an offset, up to the semicolon outside all brackets.
 *
 * @param {string} text
 * @param {number} start
 */
function typeAt(text, start) {
  let depth = 0;
  let end = start;
  for (; end < text.length; end++) {
    const character = text[end] ?? '';
    if ('({['.includes(character)) depth++;
    if (')}]'.includes(character)) depth--;
    if (character === ';' && depth === 0) break;
  }
  return text.slice(start, end);
}

/** @param {string} type */
function code(type) {
  const short = type
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ \| undefined\b/g, '')
    .trim();
  return `\`${short.replaceAll('|', '\\|')}\``;
}

/** @param {string} doc the text of a docstring, with its asterisks */
function prose(doc) {
  const [first = ''] = doc.replace(/^ *\* ?/gm, '').split(/\n\s*\n|\n@/);
  return first
    .replace(/\{@link ([^}|]+)(?:\|[^}]*)?\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .trim();
}
