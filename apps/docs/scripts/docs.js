import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, createServer } from 'vitepress';
import { SITE } from './guides.js';
import { deadLinks } from './links.js';
import { writeLlmsTexts } from './llms.js';
import { writePages } from './pages.js';
import { writeReference } from './reference.js';
import { publishedPackages } from './workspace.js';

/**
 * `node scripts/docs.js` writes the generated pages and serves the site;
 * `node scripts/docs.js build` builds it into `.vitepress/dist`, and fails on a warning or a dead
 * link. With `--no-reference` the reference stays as it is.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { 'no-reference': { type: 'boolean', default: false } },
});
const packages = publishedPackages();
writePages(packages, SITE);
if (!values['no-reference']) {
  const entries = packages.flatMap((item) => item.entries);
  const missing = entries.find(({ types }) => !existsSync(types));
  if (missing)
    throw new Error(`${missing.types} is missing; expected the built packages. Run pnpm build first.`);
  await writeReference(entries, join(SITE, 'reference'));
}

if (positionals.includes('build')) {
  const out = join(SITE, '.vitepress/dist');
  await build(SITE);
  writeLlmsTexts(packages, out);
  for (const problem of deadLinks(out)) {
    console.error(`dead link in ${problem}`);
    process.exitCode = 1;
  }
  // The configuration's logger sets the exit code where VitePress warns.
  console.log(
    process.exitCode ? 'The site has problems; see above.' : 'The site is in apps/docs/.vitepress/dist.',
  );
} else {
  const server = await createServer(SITE);
  await server.listen();
  server.printUrls();
}
