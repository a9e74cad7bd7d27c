export type { HistogramBins } from './histogram.js';
export type { Hparam } from './hparams.js';
export type { ImageLayout, Pixels, TypedNumbers } from './image.js';
export type {
  EventOptions,
  HistogramOptions,
  HparamsOptions,
  ImageOptions,
  SummaryWriterOptions,
} from './options.js';
export { SummaryWriter } from './summary-writer.js';
export type { TensorLike } from './values.js';
