/**
 * The task of a contender; each contender reads the fields that concern it.
 *
 * @typedef {object} Task
 * @property {import('@trainkit/backend').BackendName} [backend]
 * @property {'exercise' | 'simple' | 'lenet'} [network]
 * @property {boolean} [layerNorm]
 * @property {number} [dropout]
 * @property {boolean} [captured]
 * @property {boolean} [fused]
 * @property {'step' | 'optimizer'} [part]
 * @property {'torchvision' | 'memory'} [batches] source of the batches in PyTorch's whole run
 * @property {[m: number, k: number, n: number, transposeA: boolean, transposeB: boolean]} [product]
 *   one matrix product
 * @property {boolean} [data] true if a start loads the data set
 */

/**
 * A contender's program, in ../contenders/.
 *
 * @typedef {{ file: string, task?: Task }} Program
 */

/**
 * One line of the table: our program and another one, which take turns.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {Program} ours
 * @property {Program} theirs
 * @property {number} [goal] the largest accepted ratio of our time to theirs; a row without a goal
 *   only reports
 * @property {number} steps in a block: about a second of the slower one
 * @property {number} [pairs] maximum number of pairs of processes, each of one round without
 *   warm-up, for rounds of minutes
 * @property {boolean} [onData] true if it reads the folder that FASHION_MNIST_DIR names
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
 * A row that measures the memory left after many steps.
 *
 * @typedef {object} MemoryRow
 * @property {string} name
 * @property {Task} task
 * @property {number} steps
 * @property {MemoryLimits} limits
 *
 * @typedef {object} MemoryLimits the largest accepted growth after the steps
 * @property {number} tensors of TensorFlow.js
 * @property {number} nativeTensors of the native library
 * @property {number} growth growth of the resident memory, as a share of the memory before
 */

/** @type {(task?: Task) => Program} */
const native = (task = {}) => ({ file: 'trainkit-step.js', task: { backend: 'native', ...task } });
/** @type {(task?: Task) => Program} */
const tfjsNode = (task = {}) => ({ file: 'trainkit-step.js', task: { backend: 'tensorflow', ...task } });
/** @type {(task?: Task) => Program} */
const pytorch = (task = {}) => ({ file: 'pytorch_step.py', task });

const EAGER = { captured: false };
const WHOLE = { steps: 1, pairs: 3, onData: true };

/**
 * The rows of one training step on native.
 *
 * @param {string} name
 * @param {Task} task
 * @param {{ steps: number, goal: number, eager?: number, fused?: number, eagerFused?: number,
 *   tfjsNode: number, eagerTfjsNode?: number }} options
 *   goals: largest share of the time of PyTorch, of its fused AdamW, and of the captured step on
 *   tfjs-node
 * @returns {Row[]}
 */
function stepRows(name, task, { steps, ...goals }) {
  /** @type {[name: string, goal: number | undefined, ours: Program, theirs: Program][]} */
  const rows = [
    [name, goals.goal, native(task), pytorch(task)],
    [`${name}, fused`, goals.fused, native(task), pytorch({ ...task, fused: true })],
    [`${name}, tfjs-node`, goals.tfjsNode, native(task), tfjsNode(task)],
    [`${name}, eager`, goals.eager, native({ ...task, ...EAGER }), pytorch(task)],
    [
      `${name}, eager, fused`,
      goals.eagerFused,
      native({ ...task, ...EAGER }),
      pytorch({ ...task, fused: true }),
    ],
    [`${name}, eager, tfjs-node`, goals.eagerTfjsNode, native({ ...task, ...EAGER }), tfjsNode(task)],
  ];
  return rows.flatMap(([name, goal, ours, theirs]) =>
    goal === undefined ? [] : [{ name, ours, theirs, goal, steps }],
  );
}

/**
 * The rows of one AdamW update.
 *
 * @returns {Row[]}
 */
function adamWRows() {
  /** @type {(backend: import('@trainkit/backend').BackendName) => Program} */
  const update = (backend) => ({ file: 'trainkit-optimizer.js', task: { backend } });
  const ours = update('native');
  const adamW = { part: /** @type {const} */ ('optimizer') };
  return [
    { name: 'AdamW alone', ours, theirs: pytorch(adamW), goal: 0.35, steps: 500 },
    { name: 'AdamW alone, fused', ours, theirs: pytorch({ ...adamW, fused: true }), goal: 1, steps: 500 },
    { name: 'AdamW alone, tfjs-node', ours, theirs: update('tensorflow'), goal: 0.42, steps: 500 },
  ];
}

/**
 * The rows of the matrix products of a step of the exercise's network.
 *
 * @returns {Row[]}
 */
function productRows() {
  /** @type {[number, number, number, boolean, boolean][]} */
  const shapes = [
    [128, 784, 512, false, false],
    [128, 512, 512, false, false],
    [128, 512, 10, false, false],
    [784, 128, 512, true, false],
    [512, 128, 512, true, false],
    [512, 128, 10, true, false],
    [128, 512, 512, false, true],
    [128, 10, 512, false, true],
  ];
  return shapes.map((product) => {
    const [m, k, n, transposeA, transposeB] = product;
    const name = `product ${m}×${k}${transposeA ? 'ᵀ' : ''} · ${k}×${n}${transposeB ? 'ᵀ' : ''}`;
    return {
      name,
      ours: { file: 'product.js', task: { product } },
      theirs: { file: 'pytorch_product.py', task: { product } },
      goal: 1 / 0.9,
      steps: Math.ceil(2e10 / (m * k * n)),
    };
  });
}

/** @type {Row[]} */
export const ROWS = [
  ...stepRows(
    'step',
    {},
    { steps: 100, goal: 0.5, eager: 0.7, fused: 0.8, eagerFused: 1.1, tfjsNode: 0.55, eagerTfjsNode: 0.8 },
  ),
  ...stepRows(
    'LayerNorm',
    { layerNorm: true },
    { steps: 80, goal: 0.5, eager: 0.75, fused: 0.8, tfjsNode: 0.5 },
  ),
  ...stepRows(
    'dropout',
    { dropout: 0.15 },
    { steps: 80, goal: 0.4, eager: 0.55, fused: 0.55, tfjsNode: 0.5 },
  ),
  ...stepRows(
    'both',
    { layerNorm: true, dropout: 0.15 },
    { steps: 80, goal: 0.4, eager: 0.65, fused: 0.5, tfjsNode: 0.42 },
  ),
  ...stepRows('SimpleNet', { network: 'simple' }, { steps: 500, goal: 0.6, eager: 0.95, tfjsNode: 0.42 }),
  ...stepRows('LeNet-5', { network: 'lenet' }, { steps: 200, goal: 1, tfjsNode: 0.8 }),
  ...adamWRows(),
  {
    name: 'stock TensorFlow.js code',
    ours: { file: 'stock-step.js', task: { backend: 'native' } },
    theirs: { file: 'stock-step.js', task: { backend: 'tensorflow' } },
    goal: 0.4,
    steps: 50,
  },
  ...productRows(),
  {
    name: 'whole run',
    ours: { file: 'trainkit-run.js', task: { backend: 'native' } },
    theirs: { file: 'pytorch_run.py' },
    goal: 0.25,
    ...WHOLE,
  },
  {
    name: 'whole run, tensors in memory',
    ours: { file: 'trainkit-run.js', task: { backend: 'native' } },
    theirs: { file: 'pytorch_run.py', task: { batches: 'memory' } },
    goal: 0.55,
    ...WHOLE,
  },
  {
    name: 'start to first step',
    ours: { file: 'start.js', task: { backend: 'native', data: true } },
    theirs: { file: 'start.js', task: { backend: 'tensorflow', data: true } },
    goal: 0.8,
    steps: 1,
    onData: true,
  },
  { name: 'tfjs-node step', ours: tfjsNode(), theirs: pytorch(), goal: 0.75, steps: 100 },
  {
    name: 'tfjs-node step, stock',
    ours: tfjsNode(),
    theirs: { file: 'stock-step.js', task: { backend: 'tensorflow' } },
    steps: 50,
  },
  {
    name: 'tfjs-node step against its products',
    ours: tfjsNode(),
    theirs: { file: 'products.js' },
    goal: 1.25,
    steps: 100,
  },
  { name: 'tfjs-node step, eager', ours: tfjsNode(), theirs: tfjsNode(EAGER), steps: 50 },
  {
    name: 'wasm step',
    ours: { file: 'trainkit-step.js', task: { backend: 'wasm' } },
    theirs: { file: 'stock-step.js', task: { backend: 'wasm' } },
    goal: 1 / 9,
    steps: 3,
  },
  {
    name: 'wasm step, jax-js',
    ours: { file: 'trainkit-step.js', task: { backend: 'wasm' } },
    theirs: { file: 'jax-step.js' },
    goal: 0.8,
    steps: 15,
  },
  {
    name: 'cpu step',
    ours: { file: 'trainkit-step.js', task: { backend: 'cpu' } },
    theirs: { file: 'stock-step.js', task: { backend: 'cpu' } },
    goal: 1 / 4,
    steps: 1,
  },
];

/** @type {Alone[]} */
export const ALONE = [
  {
    name: 'start without data',
    ours: { file: 'start.js', task: { backend: 'native' } },
    limit: 1000,
    rounds: 9,
  },
];

/** Rows that measure tensors and memory instead of time. @type {MemoryRow[]} */
export const MEMORY = [memoryRow('native', 0.01), memoryRow('tensorflow', 0.05)];

/**
 * @param {import('@trainkit/backend').BackendName} backend
 * @param {number} growth
 * @returns {MemoryRow}
 */
function memoryRow(backend, growth) {
  return {
    name: `memory, ${backend}`,
    task: { backend, layerNorm: true, dropout: 0.15 },
    steps: 10_000,
    limits: { tensors: 0, nativeTensors: 0, growth },
  };
}
