import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build } from 'vite';

/**
 * @typedef {object} Program
 * @property {string} root the folder of the package whose dependencies the program has
 * @property {string} source a module whose default export is a function that returns JSON, or a
 *   promise of it
 * @property {Record<string, string>} [alias] packages to resolve from the folder's dependencies, by
 *   name
 * @property {Record<string, string>} [folders] folders that are served beside the page, by the
 *   prefixes of their paths
 */

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').BrowserContext} BrowserContext */

/**
 * @typedef {object} Site
 * @property {string} url address of its page, the HTML of the caller
 * @property {import('playwright-core').Browser} browser a real Chromium
 * @property {string[]} asked the paths that were served from the folders
 * @property {() => Promise<void>} close
 */

/**
 * Bundles a program for browsers, runs it in a real Chromium, and returns its result. The page
 * connects only to the server of this function, on loopback.
 *
 * @param {Program} program
 * @returns {Promise<{ result: unknown, asked: string[] }>} `asked` holds the paths that were served
 *   from the folders
 */
export async function inChromium({ root, source, alias = {}, folders = {} }) {
  const code = await bundle(root, source, alias);
  const site = await openSite({ modules: { '/page.js': code }, folders });
  try {
    const page = await site.browser.newPage();
    await page.goto(site.url);
    // As text, since the imports of a function would be resolved among the modules of this process.
    const result = await page.evaluate(`import('/page.js').then((program) => program.default())`);
    return { result, asked: site.asked };
  } finally {
    await site.close();
  }
}

/**
 * Serves a page and its modules on loopback, and starts a real Chromium for it.
 *
 * @param {object} parts
 * @param {string} [parts.html] the page
 * @param {Record<string, string>} parts.modules JavaScript by path
 * @param {Record<string, string>} [parts.folders] folders that are served beside it, as in {@link
 *   Program}
 * @returns {Promise<Site>}
 */
export async function openSite({ html = '<!doctype html><title>Trainkit</title>', modules, folders = {} }) {
  /** @type {string[]} */
  const asked = [];
  const server = createServer((request, response) => {
    const url = (request.url ?? '').replace(/\?.*/, '');
    const prefix = Object.keys(folders).find((each) => url.startsWith(each));
    if (url === '/') {
      response.setHeader('content-type', 'text/html').end(html);
    } else if (Object.hasOwn(modules, url)) {
      response.setHeader('content-type', 'text/javascript').end(modules[url]);
    } else if (prefix !== undefined) {
      asked.push(url);
      if (url.endsWith('.wasm')) response.setHeader('content-type', 'application/wasm');
      const file = createReadStream(join(folders[prefix] ?? '', url.slice(prefix.length)));
      file.on('error', () => response.writeHead(404).end()).pipe(response);
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The server has no port; expected a TCP address.');
  const browser = await launchChromium();
  return {
    url: `http://127.0.0.1:${address.port}/`,
    browser,
    asked,
    close: async () => {
      await browser.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Starts a real Chromium: the one that CHROMIUM names, by default /usr/bin/chromium. */
export function launchChromium() {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}

/**
 * Bundles a module for browsers, as one file.
 *
 * @param {string} root
 * @param {string} source
 * @param {Record<string, string>} alias
 */
export async function bundle(root, source, alias) {
  const entry = join(root, 'page.js');
  const built = await build({
    configFile: false,
    logLevel: 'error',
    root,
    resolve: { alias },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry, formats: ['es'] },
    },
    plugins: [
      {
        name: 'page',
        enforce: 'pre',
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) => (id === entry ? source : null),
      },
    ],
  });
  const [first] = [built].flat();
  if (first === undefined || !('output' in first))
    throw new Error('The bundler returned no module; expected one.');
  return first.output[0].code;
}
