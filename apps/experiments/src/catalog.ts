import { type Initialize, referenceXavier, scaledXavier, unitGaussian, zero } from './initializations.js';
import { UserError } from './user-error.js';

/** One training run of the exercise. */
export interface RunDefinition {
  /** What the run is called on the command line and in the file system. */
  name: string;
  /** What the exercise calls it. */
  title: string;
  /** Starts every Linear of the network. */
  initialize: Initialize;
  /** The PyTorch run beside which it stands in tables. */
  pytorch: string;
  /** Whether it draws PyTorch's random numbers, so that one seed gives both the same curve. */
  sameSeed: boolean;
}

/** The six runs of section 1, in the exercise's order. */
export const SECTION_1: readonly RunDefinition[] = [
  {
    name: 'init/xavier',
    title: 'Xavier (yours)',
    initialize: scaledXavier(1),
    pytorch: 'init/xavier',
    sameSeed: true,
  },
  {
    name: 'init/xavier-reference',
    title: 'Xavier (TensorFlow.js)',
    initialize: referenceXavier,
    pytorch: 'init/xavier',
    sameSeed: false,
  },
  {
    name: 'init/xavier-x0.1',
    title: 'Xavier x0.1',
    initialize: scaledXavier(0.1),
    pytorch: 'init/xavier-x0.1',
    sameSeed: true,
  },
  {
    name: 'init/xavier-x10',
    title: 'Xavier x10',
    initialize: scaledXavier(10),
    pytorch: 'init/xavier-x10',
    sameSeed: true,
  },
  { name: 'init/zero', title: 'Zero', initialize: zero, pytorch: 'init/zero', sameSeed: true },
  {
    name: 'init/unit-gaussian',
    title: 'Unit Gaussian',
    initialize: unitGaussian,
    pytorch: 'init/unit-gaussian',
    sameSeed: true,
  },
];

/** The run of that name; an unknown one is an error that lists them all. */
export function findRun(name: string): RunDefinition {
  const run = SECTION_1.find((candidate) => candidate.name === name);
  if (run) return run;
  throw new UserError(
    `There is no run "${name}". The runs are: ${SECTION_1.map((each) => each.name).join(', ')}.`,
  );
}
