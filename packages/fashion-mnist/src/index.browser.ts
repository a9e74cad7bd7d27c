export { classNames } from './class-names.js';
export { type Batch, DataLoader, type DataLoaderOptions } from './data-loader.js';
export type { DataLoaderState } from './data-loader-state.js';
export type { FashionMnist, Source } from './dataset.js';
export { FashionMnistError, type FashionMnistErrorCode } from './errors.js';
export { loadFashionMnist } from './load.browser.js';
export type { DownloadProgress, LoadOptions } from './load-options.js';
export type { Split, Subset } from './split.js';
export { type RandomSplitOptions, randomSplit, subset } from './subset.js';
