/** Escapes text for HTML. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/**
 * Returns a table that scrolls sideways on a narrow screen, with notes below. The first column is
 * the heading of its row.
 */
export function htmlTable({
  headings,
  rows,
  notes,
}: {
  headings: readonly string[];
  rows: readonly (readonly string[])[];
  notes?: readonly string[];
}): string {
  return groupedTable({ headings, groups: [rows], ...(notes && { notes }) });
}

/** Returns an {@link htmlTable} of groups of rows; the first row of each group is emphasized. */
export function groupedTable({
  headings,
  groups,
  notes = [],
}: {
  headings: readonly string[];
  groups: readonly (readonly (readonly string[])[])[];
  notes?: readonly string[];
}): string {
  const head = headings.map((heading) => `<th scope="col">${escapeHtml(heading)}</th>`).join('');
  const bodies = groups.map((rows) => `<tbody>\n${rows.map(tableRow).join('\n')}\n</tbody>`);
  const kind = groups.length > 1 ? ' class="grouped"' : '';
  const table = `<div class="scroll" tabindex="0"><table${kind}><thead><tr>${head}</tr></thead>${bodies.join('\n')}</table></div>`;
  return [table, ...notes.map((note) => `<p class="soft">${escapeHtml(note)}</p>`)].join('\n');
}

function tableRow([first = '', ...rest]: readonly string[]): string {
  const cells = rest.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('');
  return `<tr><th scope="row">${escapeHtml(first)}</th>${cells}</tr>`;
}

/** Returns a quotation from the notebook. */
export function quote(text: string): string {
  return `<blockquote><p>${escapeHtml(text)}</p></blockquote>`;
}

/**
 * Returns a chart that scrolls sideways on a narrow screen, with its description for screen
 * readers.
 */
export function figure(svg: string, caption: string): string {
  return `<figure><div class="scroll" tabindex="0"><div role="img" aria-label="${escapeHtml(caption)}">${svg}</div></div><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
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
<style>
:root { color-scheme: light dark; --ground: #fdfdfc; --text: #1f2328; --soft: #626a73; --line: #d8dbdf; --loud: #fff1cc; --accent: #0067a5; --shade: #0003; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #16181b; --text: #e4e6e9; --soft: #a0a7af; --line: #373c42; --loud: #4a3a10; --accent: #6cb8ea; --shade: #fff4; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 62rem; background: var(--ground); color: var(--text);
  font: 1rem/1.6 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; overflow-wrap: anywhere; } h2 { margin-top: 2.5rem; font-size: 1.35rem; } h3 { margin-top: 2rem; font-size: 1.1rem; }
p, li, figcaption { max-width: 46rem; overflow-wrap: anywhere; } .soft, figcaption { color: var(--soft); font-size: .9rem; }
.loud { background: var(--loud); padding: .6rem .9rem; border-radius: .4rem; max-width: none; }
figure { margin: 1.2rem 0; }
/* Shades at the edges of overflowing content; at its ends the background covers them. */
.scroll { overflow-x: auto; background: linear-gradient(to right, var(--ground) 30%, transparent) local left, linear-gradient(to left, var(--ground) 30%, transparent) local right,
  linear-gradient(to right, var(--shade), transparent) scroll left, linear-gradient(to left, var(--shade), transparent) scroll right;
  background-repeat: no-repeat; background-size: 2.5rem 100%, 2.5rem 100%, .8rem 100%, .8rem 100%; }
figure svg { display: block; min-width: 560px; max-width: 100%; height: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
th, td { padding: .4rem .7rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child { position: sticky; left: 0; background: var(--ground); text-align: left; } thead th { font-weight: 600; white-space: normal; vertical-align: bottom; }
tbody th { font-weight: normal; } code { font-size: .92em; }
.grouped tbody tr:first-child > * { border-top: 1px solid var(--soft); }
.grouped tbody tr:not(:first-child) > * { border-bottom: 0; padding-top: .1rem; color: var(--soft); font-size: .92em; }
.grouped tbody tr:first-child:not(:last-child) > * { border-bottom: 0; } .grouped tbody tr:not(:first-child) th { padding-left: 1.6rem; }
blockquote { margin: 1.2rem 0; padding: .1rem 1rem; border-left: 4px solid var(--accent); max-width: 46rem; font-style: italic; } blockquote p { margin: .5rem 0; }
a { color: var(--accent); } nav ul { padding-left: 1.2rem; } nav li { margin: .3rem 0; } nav .soft { display: block; }
section > p.lead { color: var(--soft); }
</style>
</head>
<body>
${body.replaceAll(/(\d) %/g, '$1\u00a0%')}
</body>
</html>
`;
}
