export { disposeBatch } from '@trainkit/checks/tensor';
export type {
  Column,
  ColumnArray,
  ColumnBatch,
  ColumnDtype,
  ColumnSpec,
  ColumnValues,
  NestedArray,
} from './column-types.js';
export { concat } from './concat.js';
export {
  type AsyncDataLoader,
  DataLoader,
  type DataLoaderConstructor,
} from './data-loader.js';
export type { DataLoaderOptions } from './data-loader-options.js';
export type { DataLoaderState } from './data-loader-state.js';
export type { AsyncDataset, BatchSeeds, Dataset } from './dataset.js';
export { type MapOptions, map } from './map.js';
export { randomSplit, type SplitOptions } from './random-split.js';
export {
  RandomSampler,
  type Sampler,
  SequentialSampler,
  WeightedRandomSampler,
  type WeightedRandomSamplerOptions,
} from './samplers.js';
export { stratifiedSplit } from './stratified-split.js';
export { Subset } from './subset.js';
export { tensorDataset } from './tensor-dataset.js';
