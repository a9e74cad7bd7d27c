export { describeBackends } from './backends.js';
export { type Closeness, expectAllClose } from './close.js';
export { type DatasetLaws, describeDataset } from './dataset.js';
export { forgetKernels } from './forget.js';
export { describeKernel, type KernelCase, type KernelLaws } from './kernels.js';
export { expectNoLeak } from './leaks.js';
export { describeMetric, type MetricCase } from './metrics.js';
