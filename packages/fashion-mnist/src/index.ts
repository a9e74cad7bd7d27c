export { classNames } from './class-names.js';
export {
  type DecodeOptions,
  decodeFashionMnist,
  type FashionMnist,
  type FashionMnistFiles,
  type Source,
} from './decode.js';
export { FashionMnistError, type FashionMnistErrorCode } from './errors.js';
export {
  type FashionMnistBatch,
  type FashionMnistBytes,
  FashionMnistDataset,
  type NormalizeOptions,
} from './fashion-mnist-dataset.js';
export { loadFashionMnist } from './load.js';
export type { DownloadProgress, LoadOptions } from './load-options.js';
