import { DASH } from '../terminal/format.js';
import { HOVER_SCRIPT } from './chart/hover.js';
import { escapeHtml } from './escape.js';
import { STYLE } from './style.js';

/** Number of columns from which a table shows each row as a block on a narrow screen. */
const WIDE = 7;

/** A table of texts. */
export interface Table {
  headings: readonly string[];
  rows: readonly (readonly string[])[];
  /** Notes below the table. */
  notes?: readonly string[];
}

/** Returns a table; the first column is the heading of its row. */
export function htmlTable({ rows, ...table }: Table): string {
  return groupedTable({ ...table, groups: [rows] });
}

/** Returns an {@link htmlTable} of groups of rows; the first row of each group is emphasized. */
export function groupedTable({
  headings,
  groups,
  notes = [],
}: Omit<Table, 'rows'> & { groups: readonly Table['rows'][] }): string {
  const head = headings.map((heading) => `<th scope="col">${escapeHtml(heading)}</th>`).join('');
  const bodies = groups.map(
    (rows) => `<tbody>\n${rows.map((row) => tableRow(row, headings)).join('\n')}\n</tbody>`,
  );
  const kinds = [headings.length >= WIDE ? 'wide' : '', groups.length > 1 ? 'grouped' : ''].filter(Boolean);
  const kind = kinds.length > 0 ? ` class="${kinds.join(' ')}"` : '';
  const table = `<table${kind}><thead><tr>${head}</tr></thead>${bodies.join('\n')}</table>`;
  const below = notes.length > 0 ? [`<p class="soft">${escapeHtml(notes.join(' '))}</p>`] : [];
  return [table, ...below].join('\n');
}

function tableRow([first = '', ...rest]: readonly string[], headings: readonly string[]): string {
  const cells = rest.map(
    (cell, index) =>
      `<td${cell === DASH ? ' class="none"' : ''} data-heading="${escapeHtml(headings[index + 1] ?? '')}">${escapeHtml(cell)}</td>`,
  );
  return `<tr><th scope="row">${escapeHtml(first)}</th>${cells.join('')}</tr>`;
}

/** Returns a quotation from the notebook. */
export function quote(text: string): string {
  return `<blockquote><p>${escapeHtml(text)}</p></blockquote>`;
}

/**
 * Returns a complete page. It loads no other file, so it opens offline; light and dark follow the
 * reader's system. No line breaks between a number and its percent sign.
 */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body.replaceAll(/(\d) %/g, '$1\u00a0%')}
<script>${HOVER_SCRIPT}</script>
</body>
</html>
`;
}
