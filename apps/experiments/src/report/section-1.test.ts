import { describe, expect, it } from 'vitest';
import { fakeResults } from '../testing/fake-result.js';
import { section1Report } from './section-1.js';

describe('the report of section 1', () => {
  it('has both pictures, every run in the table and in words, and PyTorch beside them', async () => {
    const html = await section1Report(fakeResults());
    expect(html.match(/<svg /g)).toHaveLength(2);
    for (const { run } of fakeResults()) {
      expect(html).toContain(`<th scope="row">${run.title}</th>`);
      expect(html).toContain(`<strong>${run.title}</strong>`);
    }
    expect(html).toContain('<td>82.57 %</td>');
    // The first of the made-up runs is the one whose layers are all 0.
    expect(html).toContain('<strong>Xavier (yours)</strong>: every output is exactly 0');
    expect(html).not.toContain('embedded sample');
  });

  it('says loudly that it is of the sample', async () => {
    const data = { name: 'sample', trainImages: 6000, testImages: 1000, sha256: '' } as const;
    expect(await section1Report(fakeResults({ data, steps: 141 }))).toContain(
      'These runs used the embedded sample',
    );
  });

  it('draws the same bytes again, in the colors of the page', async () => {
    const html = await section1Report(fakeResults({ steps: 30 }));
    expect(await section1Report(fakeResults({ steps: 30 }))).toBe(html);
    expect(html).toContain('currentColor');
    expect(html).toContain('prefers-color-scheme: dark');
  });

  it('needs a run', async () => {
    await expect(section1Report([])).rejects.toThrow('A report needs at least one run.');
  });
});
