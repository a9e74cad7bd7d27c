import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guides } from './guides.js';
import { ROOT } from './workspace.js';

/** The subject of the site, in one paragraph. */
const SUMMARY =
  'Trainkit is the parts for training neural networks that TensorFlow.js lacks, as small npm packages (`@trainkit/*`): ' +
  "modules, initializers, normalization, dropout, optimizers, schedules, metrics, data loaders, a trainer with exact resume and a native backend for Node. The same seed gives PyTorch's numbers.";

/**
 * Writes `llms.txt`, a list of the site's pages in the form of llmstxt.org, and `llms-full.txt`,
 * all guides and READMEs.
 *
 * @param {readonly import('./workspace.js').Package[]} packages
 * @param {string} out the folder of the built site
 */
export function writeLlmsTexts(packages, out) {
  writeFileSync(join(out, 'llms.txt'), llmsText(packages));
  const texts = [
    ...guides().map(({ text }) => text),
    ...packages.map(({ folder }) => readFileSync(join(ROOT, 'packages', folder, 'README.md'), 'utf8')),
    readFileSync(join(ROOT, 'FEATURES.md'), 'utf8'),
  ];
  writeFileSync(join(out, 'llms-full.txt'), `# Trainkit\n\n> ${SUMMARY}\n\n${texts.join('\n---\n\n')}`);
}

/** @param {readonly import('./workspace.js').Package[]} packages */
function llmsText(packages) {
  const sections = {
    Guides: guides().map(({ path, title, description }) => `[${title}](${path}.html): ${description}`),
    Packages: packages.map(({ name, folder, about }) => `[${name}](/packages/${folder}.html): ${about}`),
    Reference: packages
      .flatMap(({ entries }) => entries)
      .map(
        ({ name }) =>
          `[${name}](/reference/${name}.html): every export of the entry, with types and defaults`,
      ),
    Optional: [
      '[Features](/features.html): the names of torch.nn.init, torch.optim and of the layers of torch.nn, with ours beside them',
      '[All guides and READMEs](/llms-full.txt): one text',
    ],
  };
  const lists = Object.entries(sections).map(
    ([title, lines]) => `## ${title}\n\n${lines.map((line) => `- ${line}\n`).join('')}`,
  );
  return `# Trainkit\n\n> ${SUMMARY}\n\n${lists.join('\n')}`;
}
