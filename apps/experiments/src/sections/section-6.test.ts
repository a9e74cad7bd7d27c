import { expect, it } from 'vitest';
import { SECTION_6 } from './section-6.js';

it('needs its runs', async () => {
  await expect(SECTION_6.present([], { seed: 0n, allSeeds: [] })).rejects.toThrow(
    '6.1 needs all of its runs.',
  );
});
