import { printable } from '@trainkit/checks';
import Table from 'cli-table3';

/** The alignment of a column. */
type Align = 'left' | 'right';

/** Options of {@link textTable}. */
interface TextTableOptions {
  /**
   * The alignment of each column. Default: left for the first, which has names, and right for the
   * others.
   */
  aligns?: Align[];
}

/** Formats a table for the terminal, without colors, since it may go to a file. */
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
