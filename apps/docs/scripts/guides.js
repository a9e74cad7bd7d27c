import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the site's pages. */
export const SITE = join(import.meta.dirname, '..');

/**
 * A guide: a page in `guide/`.
 *
 * @typedef {object} Guide
 * @property {string} path of the page, `/guide/quick-start`
 * @property {string} title its heading
 * @property {string} description one sentence, from its front matter
 * @property {number} order its place in the sidebar, from its front matter
 * @property {string} text without the front matter
 */

/**
 * The guides in their order.
 *
 * @returns {Guide[]}
 */
export function guides() {
  return readdirSync(join(SITE, 'guide'))
    .map((file) => {
      const page = readFileSync(join(SITE, 'guide', file), 'utf8');
      const match = /^---\norder: (\d+)\ndescription: (.+)\n---\n\n(# (.+)\n[\s\S]*)$/.exec(page);
      if (match === null)
        throw new Error(`guide/${file}: expected front matter with order and description, then a # title.`);
      const [, order, description = '', text = '', title = ''] = match;
      return { path: `/guide/${file.replace(/\.md$/, '')}`, title, description, order: Number(order), text };
    })
    .toSorted((a, b) => a.order - b.order);
}
