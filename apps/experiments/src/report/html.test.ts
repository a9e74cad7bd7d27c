import { describe, expect, it } from 'vitest';
import { escapeHtml } from './escape.js';
import { htmlPage, htmlTable } from './html.js';

describe('the page', () => {
  it('escapes text', () => {
    expect(escapeHtml('a < b & "c"')).toBe('a &lt; b &amp; &quot;c&quot;');
    expect(htmlPage('<b>', '')).toContain('<title>&lt;b&gt;</title>');
    expect(htmlPage('', '')).toContain('prefers-color-scheme: dark');
  });

  it('shows the rows of a wide table as blocks on a phone', () => {
    const headings = Array.from({ length: 7 }, (_, index) => `"${index}"`);
    const html = htmlTable({ headings, rows: [['row', '–', '2']] });
    expect(html).toContain('<table class="wide">');
    expect(html).toContain('<td class="none" data-heading="&quot;1&quot;">–</td>');
    expect(htmlTable({ headings: headings.slice(1), rows: [] })).toContain('<table>');
  });

  it('makes the first column the heading of its row', () => {
    const html = htmlTable({ headings: ['name', 'value'], rows: [['<x>', '1']], notes: ['a < b'] });
    expect(html).toContain('<th scope="col">name</th><th scope="col">value</th>');
    expect(html).toContain('<tr><th scope="row">&lt;x&gt;</th><td data-heading="value">1</td></tr>');
    expect(html).toContain('<p class="soft">a &lt; b</p>');
  });
});
