import { describe, expect, it } from 'vitest';
import { escapeHtml, htmlPage, htmlTable } from './page.js';

describe('the page', () => {
  it('escapes text', () => {
    expect(escapeHtml('a < b & "c"')).toBe('a &lt; b &amp; &quot;c&quot;');
    expect(htmlPage('<b>', '')).toContain('<title>&lt;b&gt;</title>');
    expect(htmlPage('', '')).toContain('prefers-color-scheme: dark');
  });

  it('makes the first column the heading of its row', () => {
    const html = htmlTable({ headings: ['name', 'value'], rows: [['<x>', '1']], notes: ['a < b'] });
    expect(html).toContain('<th scope="col">name</th><th scope="col">value</th>');
    expect(html).toContain('<tr><th scope="row">&lt;x&gt;</th><td>1</td></tr>');
    expect(html).toContain('<p class="soft">a &lt; b</p>');
  });
});
