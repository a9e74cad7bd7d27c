import { accuracyTable, printedTable } from '../accuracy-table.js';
import { lossChart } from '../report/loss-chart.js';
import { figure, htmlTable } from '../report/page.js';
import type { Section } from './section.js';
import { ABLATION_RUNS, OPTIMIZER_RUNS } from './section-6-runs.js';

/** Section 6: SGD beside AdamW, and LayerNorm and dropout with and without each other. */
export const SECTION_6: Section = {
  number: '6',
  title: 'Experiments',
  runs: [...OPTIMIZER_RUNS, ...ABLATION_RUNS],
  present: async (results) => {
    const table = accuracyTable('Run', results);
    return {
      text: printedTable(table),
      html: [figure(await lossChart(results), 'Train loss of all runs.'), htmlTable(table)].join('\n'),
    };
  },
};
