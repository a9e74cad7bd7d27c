import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The links of the built site that lead nowhere: to a page that is missing, or to an anchor that
 * its page lacks.
 *
 * VitePress finds dead links between Markdown pages. It looks neither at anchors nor at the links
 * of the home page, the navigation and the sidebar.
 *
 * @param {string} site the folder of the built site
 * @returns {string[]}
 */
export function deadLinks(site) {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.html'),
  );
  const anchors = new Map(pages.map((file) => [pathOf(file), anchorsIn(join(site, file))]));
  return pages.flatMap((file) => {
    const links = [...readFileSync(join(site, file), 'utf8').matchAll(/<a [^>]*href="([^"]*)"/g)];
    const targets = new Set(links.map(([, href = '']) => href).filter((href) => !/^\w+:/.test(href)));
    return [...targets].flatMap((href) => {
      const { pathname, hash } = new URL(href, `file:///${file}`);
      const found = anchors.get(pathOf(decodeURI(pathname)));
      if (found === undefined) return existsSync(join(site, pathname)) ? [] : [`${file}: no page ${href}`];
      return hash === '' || found.has(decodeURIComponent(hash.slice(1)))
        ? []
        : [`${file}: no anchor ${href}`];
    });
  });
}

/**
 * The file of a page, from the folder of the site: `/guide/` is `guide/index.html`.
 *
 * @param {string} path of a link, or a file
 */
function pathOf(path) {
  const file = path.replaceAll('\\', '/').replace(/^\//, '');
  return file === '' || file.endsWith('/') ? `${file}index.html` : file;
}

/** @param {string} file */
function anchorsIn(file) {
  const ids = readFileSync(file, 'utf8').matchAll(/ id="([^"]*)"/g);
  return new Set(Array.from(ids, ([, id = '']) => id));
}
