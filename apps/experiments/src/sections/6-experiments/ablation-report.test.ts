import { describe, expect, it } from 'vitest';
import { ablation, falling, reportSection6 } from '../../testing/section-6.js';

describe('6.2', () => {
  it('ranks by test loss, and names the network that overfits', async () => {
    const { html, summary } = await reportSection6(ablation(0.6, 0.5, 0.4, 0.35), {
      common: { losses: falling(0.1) },
    });
    expect(html).toContain(
      '<p>LayerNorm and dropout, by the test loss at the end: LayerNorm and dropout 0.350, Dropout 0.400, LayerNorm 0.500, Neither 0.600. One seed of these settings does not tell whether another would put LayerNorm and dropout before Dropout, LayerNorm and Neither too (<code>--seeds 3</code> does). The first also has the smallest test loss',
    );
    expect(html).toContain(
      'The test loss is lowest, 0.400, after 100 steps (86.0 % right), and ends 50 % above that, at 0.600 (84.0 % right): from there on the network overfits.',
    );
    expect(html).toContain(
      'The test loss ends at 0.350 and is lowest there: nothing is lost by training on so far.',
    );
    expect(html).toContain(
      '<p>Dropout lowers the test loss here, with LayerNorm and without: it changes the test loss at the end by −0.200',
    );
    expect(html).toContain(
      '<p>LayerNorm lowers the test loss here, with dropout and without: it changes the test loss at the end by −0.100',
    );
    expect(summary).toContain('from the best on: LayerNorm and dropout (0.350), Dropout (0.400)');
  });
});
