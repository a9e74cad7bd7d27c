import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deadLinks } from './links.js';

let site = '';
beforeEach(() => {
  site = mkdtempSync(join(tmpdir(), 'site-'));
  mkdirSync(join(site, 'guide'));
  writeFileSync(join(site, 'guide/one.html'), '<h2 id="part">Part</h2><a href="#part"></a>');
  writeFileSync(join(site, 'llms.txt'), '');
});
afterEach(() => rmSync(site, { recursive: true }));

it.each([
  ['/guide/one.html', []],
  ['/guide/one.html#part', []],
  ['guide/one.html#part', []],
  ['/', []],
  ['/llms.txt', []],
  ['https://example.org/', []],
  ['/guide/two.html', ['index.html: no page /guide/two.html']],
  ['/guide/one.html#whole', ['index.html: no anchor /guide/one.html#whole']],
])('a link to %s has the problems %j', (href, problems) => {
  writeFileSync(join(site, 'index.html'), `<a class="link" href="${href}">x</a>`);
  expect(deadLinks(site)).toEqual(problems);
});
