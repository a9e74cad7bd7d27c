/**
 * Writes the picture of the root README, docs/report.svg, from a report: its head, the training of
 * section 1 and the predictions of section 2.
 *
 *     node apps/experiments/scripts/readme-picture.js reports/seed-0.html
 *
 * The environment variable CHROMIUM is the browser's path, default /usr/bin/chromium.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launchChromium } from '@trainkit/testing/chromium';

const WIDTH = 1240;
const TARGET = fileURLToPath(new URL('../../../docs/report.svg', import.meta.url));

/** Removes all but the shown parts, and returns the page as XHTML; runs in the page. */
function shortened() {
  const body = document.body;
  const keep = [
    document.querySelector('h1'),
    document.querySelector('dl.facts'),
    document.querySelector('#section-1 h2'),
    document.querySelector('#section-1 .plot')?.closest('.grid'),
    document.querySelector('#section-2 h2'),
    document.querySelector('#section-2 .matrix')?.closest('.grid'),
  ].filter((part) => part !== null && part !== undefined);
  // In an image the width of the picture decides on the rules for wide pages: they always apply.
  const style = (document.querySelector('style')?.textContent ?? '').replaceAll(
    /@media \(min-width: \d+rem\) \{ ((?:[^{}]*\{[^{}]*\})*) \}/g,
    '$1',
  );
  body.replaceChildren(...keep);
  for (const link of body.querySelectorAll('a')) link.replaceWith(...link.childNodes);
  const { height } = body.getBoundingClientRect();
  const serializer = new XMLSerializer();
  const parts = [...body.children].map((part) => serializer.serializeToString(part)).join('\n');
  return { style, parts, height: Math.ceil(height) };
}

const [report = ''] = process.argv.slice(2);
if (report === '') {
  process.stderr.write('readme-picture: got no report; expected its path, such as reports/seed-0.html.\n');
  process.exit(2);
}
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 800 }, colorScheme: 'light' });
  await page.goto(pathToFileURL(resolve(report)).href);
  const { style, parts, height } = await page.evaluate(shortened);
  writeFileSync(
    TARGET,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">
<foreignObject width="100%" height="100%">
<body xmlns="http://www.w3.org/1999/xhtml">
<style><![CDATA[${style}]]></style>
${parts}
</body>
</foreignObject>
</svg>
`,
  );
  process.stdout.write(`${TARGET}: ${WIDTH}×${height}\n`);
} finally {
  await browser.close();
}
