import { escapeHtml } from './escape.js';
import type { Source } from './source.js';

/**
 * Returns formulas beside the code that computes them.
 *
 * @param formulas MathML, with notes as paragraphs between
 */
export function formulaBesideCode(formulas: string, sources: readonly Source[]): string {
  const code = sources.map(
    ({ file, line, text }) =>
      `<pre><code>${escapeHtml(text)}</code></pre><div class="source">${escapeHtml(file)}, line ${line}</div>`,
  );
  return `<div class="grid two formula"><div>${formulas}</div><div>${code.join('\n')}</div></div>`;
}
