/**
 * What a contender is to do; each takes of it what concerns it.
 *
 * @typedef {object} Task
 * @property {import('@trainkit/backend').BackendName} [backend]
 * @property {'exercise' | 'simple'} [network]
 * @property {boolean} [layerNorm]
 * @property {number} [dropout]
 * @property {boolean} [captured]
 * @property {boolean} [fused]
 * @property {'step' | 'optimizer'} [part]
 * @property {'torchvision' | 'memory'} [batches] where PyTorch's whole run has its batches from
 */

/**
 * A contender's program, in ../contenders/.
 *
 * @typedef {{ file: string, task?: Task }} Program
 */

/**
 * One line of the table: ours against somebody, who take turns.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {Program} ours
 * @property {Program} theirs
 * @property {number} [goal] our time is to be at most so much of theirs; without one the row only tells
 * @property {number} steps in a block: about a second of the slower one
 * @property {number} [pairs] at most so many pairs of processes, each of one round and none to warm up: a round takes minutes
 * @property {boolean} [onData] whether it reads the folder that FASHION_MNIST_DIR names
 */

/**
 * One line without another side.
 *
 * @typedef {object} Alone
 * @property {string} name
 * @property {Program} ours
 * @property {number} limit milliseconds
 * @property {number} rounds
 * @property {boolean} [onData]
 */

/**
 * What many steps leave behind.
 *
 * @typedef {object} MemoryRow
 * @property {string} name
 * @property {Task} task
 * @property {number} steps
 * @property {MemoryLimits} limits
 *
 * @typedef {object} MemoryLimits what there may be more after the steps
 * @property {number} tensors of TensorFlow.js
 * @property {number} nativeTensors of the native library
 * @property {number} growth of the resident memory, as a share of what there was
 */

const PYTORCH = 'pytorch_step.py';
const STEP = 'trainkit-step.js';
/** @type {Task} */
const NATIVE = { backend: 'tensorflow' };

/** @type {(task: Task) => Program} */
const ours = (task) => ({ file: STEP, task: { ...NATIVE, ...task } });
/** @type {(task?: Task) => Program} */
const pytorch = (task = {}) => ({ file: PYTORCH, task });

const NORM = { layerNorm: true };
const DROPOUT = { dropout: 0.15 };
const BOTH = { ...NORM, ...DROPOUT };

const WHOLE = { steps: 1, pairs: 3, onData: true };

/** @type {Row[]} */
export const ROWS = [
  { name: 'step', ours: ours({}), theirs: pytorch(), goal: 0.75, steps: 100 },
  { name: 'step, fused AdamW', ours: ours({}), theirs: pytorch({ fused: true }), goal: 0.95, steps: 100 },
  { name: 'step with LayerNorm', ours: ours(NORM), theirs: pytorch(NORM), goal: 0.9, steps: 80 },
  { name: 'step with dropout', ours: ours(DROPOUT), theirs: pytorch(DROPOUT), goal: 0.9, steps: 80 },
  { name: 'step with both', ours: ours(BOTH), theirs: pytorch(BOTH), goal: 0.9, steps: 80 },
  {
    name: 'SimpleNet, SGD',
    ours: ours({ network: 'simple' }),
    theirs: pytorch({ network: 'simple' }),
    goal: 0.7,
    steps: 500,
  },
  {
    name: 'AdamW alone, fused',
    ours: { file: 'trainkit-optimizer.js', task: NATIVE },
    theirs: pytorch({ part: 'optimizer', fused: true }),
    goal: 2,
    steps: 500,
  },
  {
    name: 'step against its products',
    ours: ours({}),
    theirs: { file: 'products.js' },
    goal: 1.25,
    steps: 100,
  },
  { name: 'step, captured or not', ours: ours({}), theirs: ours({ captured: false }), steps: 50 },
  {
    name: 'step with both, captured or not',
    ours: ours(BOTH),
    theirs: ours({ ...BOTH, captured: false }),
    steps: 40,
  },
  {
    name: 'step, stock tfjs-node',
    ours: ours({}),
    theirs: { file: 'stock-step.js', task: NATIVE },
    steps: 50,
  },
  {
    name: 'step, wasm',
    ours: ours({ backend: 'wasm' }),
    theirs: { file: 'stock-step.js', task: { backend: 'wasm' } },
    goal: 1 / 9,
    steps: 3,
  },
  {
    name: 'step, wasm, jax-js',
    ours: ours({ backend: 'wasm' }),
    theirs: { file: 'jax-step.js' },
    goal: 0.8,
    steps: 15,
  },
  {
    name: 'step, cpu',
    ours: ours({ backend: 'cpu' }),
    theirs: { file: 'stock-step.js', task: { backend: 'cpu' } },
    goal: 1 / 4,
    steps: 1,
  },
  {
    name: 'whole run',
    ours: { file: 'trainkit-run.js' },
    theirs: { file: 'pytorch_run.py' },
    goal: 0.4,
    ...WHOLE,
  },
  {
    name: 'whole run, tensors in memory',
    ours: { file: 'trainkit-run.js' },
    theirs: { file: 'pytorch_run.py', task: { batches: 'memory' } },
    ...WHOLE,
  },
];

/** @type {Alone[]} */
export const ALONE = [
  { name: 'start to first step', ours: { file: 'start.js' }, limit: 2000, rounds: 9, onData: true },
];

/** What is counted and weighed, not timed. @type {MemoryRow} */
export const MEMORY = {
  name: 'memory',
  task: { ...NATIVE, ...BOTH },
  steps: 10_000,
  limits: { tensors: 0, nativeTensors: 0, growth: 0.05 },
};
