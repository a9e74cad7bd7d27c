import { accuracyTable, printedTable } from '../accuracy-table.js';
import type { ExperimentConfig } from '../config/experiment-config.js';
import type { RunDefinition } from '../run-definition.js';
import type { Section } from './section.js';
import { section1Report, section1Summary } from './section-1-report.js';

const RUNS: readonly RunDefinition[] = [
  initRun('init/xavier', 'Xavier (yours)', 'xavier-uniform'),
  {
    ...initRun('init/xavier-reference', 'Xavier (TensorFlow.js)', 'xavier-reference'),
    pytorch: 'init/xavier',
    sameSeed: false,
  },
  initRun('init/xavier-x0.1', 'Xavier x0.1', 'xavier-x0.1'),
  initRun('init/xavier-x10', 'Xavier x10', 'xavier-x10'),
  initRun('init/zero', 'Zero', 'zero'),
  initRun('init/unit-gaussian', 'Unit Gaussian', 'unit-gaussian'),
];

/** Section 1: one network, trained from six starts. */
export const SECTION_1: Section = {
  number: '1',
  title: 'Initialization',
  runs: RUNS,
  present: async (results, { allSeeds }) => {
    const table = accuracyTable('Initialization', results, allSeeds);
    return {
      text: printedTable(table),
      html: await section1Report(results, table),
      summary: section1Summary(results),
      findings: {
        activations: results.flatMap(({ run, activations }) =>
          activations.map(({ counts: _counts, ...statistics }) => ({ run: run.name, ...statistics })),
        ),
      },
    };
  },
};

function initRun(name: string, title: string, init: ExperimentConfig['init']): RunDefinition {
  return {
    name,
    title,
    settings: {
      network: 'simple-net',
      hiddenSizes: [256, 128, 64],
      activation: 'tanh',
      normalization: 'none',
      init,
      optimizer: 'sgd',
      learningRate: 0.01,
    },
    length: { epochs: 3, evaluateEvery: null },
    pytorch: name,
    sameSeed: true,
  };
}
