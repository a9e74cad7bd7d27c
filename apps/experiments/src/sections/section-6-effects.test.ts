import { describe, expect, it } from 'vitest';
import { ablation, falling, presentSection6 } from '../testing/present-section-6.js';

describe('what LayerNorm and dropout change', () => {
  const common = { losses: falling(0.1) };

  it.each([
    [
      ablation(0.6, 0.5, 0.4, 0.35),
      'Dropout helps, with LayerNorm and without',
      'LayerNorm helps, with dropout and without',
    ],
    [
      ablation(0.3, 0.4, 0.5, 0.6),
      'Dropout does not help, with LayerNorm or without',
      'LayerNorm does not help, with dropout or without',
    ],
    [
      ablation(0.5, 0.4, 0.4, 0.5),
      'Without LayerNorm, dropout helps; with it, dropout does not help',
      'Without dropout, LayerNorm helps; with it, LayerNorm does not help',
    ],
    [
      ablation(0.5, 0.5, 0.5, 0.5),
      'Dropout changes the test loss no more than another seed may, with LayerNorm or without',
      'LayerNorm changes the test loss no more than another seed may, with dropout or without',
    ],
  ])('concludes from its own numbers (%#)', async (fakes, dropout, layerNorm) => {
    const { html } = await presentSection6(fakes, { common });
    expect(html).toContain(`<p>${dropout}: it changes the test loss at the end by`);
    expect(html).toContain(`<p>${layerNorm}: it changes the test loss at the end by`);
  });

  it('gives the changes with their signs', async () => {
    const { html } = await presentSection6(ablation(0.6, 0.5, 0.4, 0.55), { common });
    expect(html).toContain(
      'by −0.200 without LayerNorm and +0.050 with it. The train loss changes by +0.000 without LayerNorm',
    );
  });
});
