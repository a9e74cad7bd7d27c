import { Linear } from '@trainkit/nn';
import { accuracyTable, printedTable } from '../accuracy-table.js';
import { type Initialize, referenceXavier, scaledXavier, unitGaussian, zero } from '../initializations.js';
import type { RunDefinition } from '../run-definition.js';
import { SimpleNet } from '../simple-net.js';
import type { Section } from './section.js';
import { section1Report } from './section-1-report.js';

const RUNS: readonly RunDefinition[] = [
  initRun('init/xavier', 'Xavier (yours)', scaledXavier(1)),
  {
    ...initRun('init/xavier-reference', 'Xavier (TensorFlow.js)', referenceXavier),
    pytorch: 'init/xavier',
    sameSeed: false,
  },
  initRun('init/xavier-x0.1', 'Xavier x0.1', scaledXavier(0.1)),
  initRun('init/xavier-x10', 'Xavier x10', scaledXavier(10)),
  initRun('init/zero', 'Zero', zero),
  initRun('init/unit-gaussian', 'Unit Gaussian', unitGaussian),
];

/** Section 1: one network, trained from six starts. */
export const SECTION_1: Section = {
  number: '1',
  title: 'Initialization',
  runs: RUNS,
  present: async (results) => {
    const table = accuracyTable('Initialization', results);
    return { text: printedTable(table), html: await section1Report(results, table) };
  },
};

function initRun(name: string, title: string, initialize: Initialize): RunDefinition {
  return {
    name,
    title,
    training: { epochs: 3, batchSize: 128, optimizer: 'sgd', learningRate: 0.01 },
    createModel: (generator) => {
      const model = new SimpleNet({ generator });
      return model.apply((module) => {
        if (module instanceof Linear) initialize(module, generator);
      });
    },
    pytorch: name,
    sameSeed: true,
  };
}
