export { describeBackends } from './backends.js';
export { type Closeness, expectAllClose } from './close.js';
export { type DatasetLaws, describeDataset } from './dataset.js';
export { forgetKernels } from './forget.js';
export { describeInitializer, type InitializerCase } from './initializers.js';
export { describeKernel, type KernelCase, type KernelLaws } from './kernels.js';
export { describeLayer, type LayerCase, type TestedLayer } from './layers.js';
export { expectNoLeak } from './leaks.js';
export { describeMetric, type MetricCase } from './metrics.js';
export {
  describeOptimizer,
  type OptimizerCase,
  stepOnce,
  type TestedOptimizer,
  variable,
} from './optimizers.js';
export { describeSchedule } from './schedules.js';
export { describeStateful, type StatefulCase } from './stateful.js';
