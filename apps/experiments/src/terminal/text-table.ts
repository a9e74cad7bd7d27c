import { printable } from '@trainkit/checks';
import Table from 'cli-table3';

/** How the cells of a column stand. */
type Align = 'left' | 'right';

/** How a table is printed. */
interface TextTableOptions {
  /** Of each column; by default the first to the left, as names, and the others to the right, as numbers. */
  aligns?: Align[];
}

/** A table for the terminal, without colors: it may go to a file. */
export function textTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { aligns = headings.map((_, index) => (index === 0 ? 'left' : 'right')) }: TextTableOptions = {},
): string {
  const table = new Table({
    head: headings.map(printable),
    colAligns: aligns,
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => row.map(printable)));
  return String(table);
}
