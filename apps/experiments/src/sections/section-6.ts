import type { Section } from './section.js';
import { ablationPart } from './section-6-ablation.js';
import { optimizersPart } from './section-6-optimizers.js';
import { ABLATION_RUNS, OPTIMIZER_RUNS } from './section-6-runs.js';

/** Section 6: SGD beside AdamW, and LayerNorm and dropout with and without each other. */
export const SECTION_6: Section = {
  number: '6',
  title: 'Experiments',
  runs: [...OPTIMIZER_RUNS, ...ABLATION_RUNS],
  present: async (results, context) => {
    const parts = [await optimizersPart(results, context), await ablationPart(results, context)];
    return {
      text: parts.map(({ text }) => text).join('\n\n'),
      html: parts.map(({ html }) => html).join('\n'),
      summary: parts.map(({ summary }) => summary).join(' '),
      findings: {},
    };
  },
};
