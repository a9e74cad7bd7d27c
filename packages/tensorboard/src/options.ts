import { checkObject, checkStep, show } from './checks.js';
import type { HistogramBins } from './histogram.js';
import type { ImageLayout } from './image.js';

/** How a `SummaryWriter` writes. */
export interface SummaryWriterOptions {
  /**
   * The first step that this writer will log, where it goes on with a run that was cut off; default none. TensorBoard
   * then drops what the earlier files of the folder say of this step and later ones.
   */
  purgeStep?: number;
  /**
   * For how many seconds an event may wait in memory; default 2. So much is lost at most when the process is killed.
   */
  flushSeconds?: number;
  /** The end of each file's name; default ''. */
  filenameSuffix?: string;
  /**
   * Called when writing begins to fail, once until it succeeds again; default prints the message to standard error.
   * What could not be written waits in memory and is tried again; of what is lost in the end it is told when the process
   * ends without `close`.
   */
  onError?: (error: Error) => void;
}

/** Options of everything that is logged. */
export interface EventOptions {
  /** When it happened, in seconds since 1970; default now. */
  wallTime?: number;
}

/** Options of `addHistogram`. */
export interface HistogramOptions extends EventOptions {
  /**
   * `'tensorflow'`, the default: buckets that grow by a tenth, the same for every histogram. A number: so many of equal
   * width from the smallest to the largest value. An array: the edges, rising; values outside are in no bucket.
   */
  bins?: HistogramBins;
}

/** Options of `addImage`. */
export interface ImageOptions extends EventOptions {
  /**
   * Which axis is what; default by their number `HW`, `HWC` or `NHWC`, as TensorFlow.js has images. PyTorch's default
   * is `CHW`. Several images are shown as one, eight in a row.
   */
  layout?: ImageLayout;
}

/** Options of `addHparams`. */
export interface HparamsOptions extends EventOptions {
  /** The step at which the metrics are logged; default the last step that this writer has logged. */
  step?: number;
}

/** The options with their defaults; throws where one cannot be. */
export function checkOptions(options: SummaryWriterOptions) {
  checkObject('SummaryWriter', options);
  const { purgeStep, flushSeconds = 2, filenameSuffix = '', onError = printError } = options;
  if (purgeStep !== undefined) checkStep('SummaryWriter', 'purgeStep', purgeStep);
  // setTimeout takes no longer time than 2^31 milliseconds: it would not wait at all.
  if (typeof flushSeconds !== 'number' || !(flushSeconds >= 0 && flushSeconds <= 86400))
    throw new RangeError(
      `SummaryWriter: flushSeconds must be a number from 0 to 86400; received ${show(flushSeconds)}.`,
    );
  if (typeof filenameSuffix !== 'string' || /[/\\\0]/.test(filenameSuffix))
    throw new TypeError(
      `SummaryWriter: filenameSuffix must be a text without slashes, like ".train"; received ${show(filenameSuffix)}.`,
    );
  if (typeof onError !== 'function')
    throw new TypeError(`SummaryWriter: onError must be a function; received ${show(onError)}.`);
  return { purgeStep, flushSeconds, filenameSuffix, onError };
}

function printError(error: Error): void {
  console.error(`@trainkit/tensorboard: ${error.message}`);
}
