import type { Section } from '../section.js';
import { reportAblation } from './ablation-report.js';
import { type ExperimentFindings, findExperiments } from './findings.js';
import { reportOptimizers } from './optimizers-report.js';
import { ABLATION_RUNS, OPTIMIZER_RUNS } from './runs.js';

/** Section 6: SGD against AdamW, and LayerNorm and dropout with and without each other. */
export const SECTION_6: Section<ExperimentFindings> = {
  number: '6',
  title: 'Experiments',
  runs: [...OPTIMIZER_RUNS, ...ABLATION_RUNS],
  findings: findExperiments,
  report: async (findings) => {
    const parts = [await reportOptimizers(findings), await reportAblation(findings)];
    return {
      text: parts.map(({ text }) => text).join('\n\n'),
      html: parts.map(({ html }) => html).join('\n'),
      summary: parts.map(({ summary }) => summary).join(' '),
    };
  },
};
