import { expect, it } from 'vitest';
import { withSiteLinks } from './pages.js';

const REPOSITORY = 'https://github.com/trainkit/trainkit/blob/main';

it.each([
  ['[x](../native)', '[x](/packages/native)'],
  ['[x](../data/README.md#resuming)', '[x](/packages/data#resuming)'],
  ['[x](../../FEATURES.md)', '[x](/features)'],
  ['[x](LICENSE)', `[x](${REPOSITORY}/packages/nn/LICENSE)`],
  ['[x](../../bench)', `[x](${REPOSITORY}/bench)`],
  ['[x](../../CONTRIBUTING.md#a-layer)', `[x](${REPOSITORY}/CONTRIBUTING.md#a-layer)`],
  ['[x](#traps)', '[x](#traps)'],
  ['[x](https://example.org/a)', '[x](https://example.org/a)'],
])('%s of a README is %s on the site', (link, expected) => {
  expect(withSiteLinks(link, 'packages/nn/README.md')).toBe(expected);
});

it('leaves code as it is', () => {
  const code = '```md\n[x](../native)\n```';
  expect(withSiteLinks(`[x](../native)\n\n${code}\n`, 'packages/nn/README.md')).toBe(
    `[x](/packages/native)\n\n${code}\n`,
  );
});
