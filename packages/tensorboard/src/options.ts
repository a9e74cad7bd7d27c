import { checkFunction, checkNumber, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { checkStep } from './checks.js';
import type { HistogramBins } from './histogram.js';
import type { ImageLayout } from './image.js';

/** How a `SummaryWriter` writes. */
export interface SummaryWriterOptions {
  /**
   * The first step that this writer will log, where it goes on with a run that was cut off; default none. TensorBoard
   * then drops what the earlier files of the folder say of this step and later ones.
   */
  purgeStep?: number | undefined;
  /**
   * For how many seconds an event may wait in memory; default 2. So much is lost at most when the process is killed.
   */
  flushSeconds?: number | undefined;
  /** The end of each file's name; default ''. */
  filenameSuffix?: string | undefined;
  /**
   * Called when writing begins to fail, once until it succeeds again; default prints the message to standard error.
   * What could not be written waits in memory and is tried again; of what is lost in the end it is told when the process
   * ends without `close`.
   */
  onError?: ((error: Error) => void) | undefined;
}

const SUMMARY_WRITER: OptionNames<SummaryWriterOptions> = {
  purgeStep: true,
  flushSeconds: true,
  filenameSuffix: true,
  onError: true,
};

/** Options of everything that is logged. */
export interface EventOptions {
  /** When it happened, in seconds since 1970; default now. */
  wallTime?: number | undefined;
}

export const EVENT: OptionNames<EventOptions> = { wallTime: true };

/** Options of `addHistogram`. */
export interface HistogramOptions extends EventOptions {
  /**
   * `'tensorflow'`, the default: buckets that grow by a tenth, the same for every histogram. A number: so many of equal
   * width from the smallest to the largest value. An array: the edges, rising; values outside are in no bucket.
   */
  bins?: HistogramBins | undefined;
}

export const HISTOGRAM: OptionNames<HistogramOptions> = { ...EVENT, bins: true };

/** Options of `addImage`. */
export interface ImageOptions extends EventOptions {
  /**
   * Which axis is what; default by their number `HW`, `HWC` or `NHWC`, as TensorFlow.js has images. PyTorch's default
   * is `CHW`. Several images are shown as one, eight in a row.
   */
  layout?: ImageLayout | undefined;
}

export const IMAGE: OptionNames<ImageOptions> = { ...EVENT, layout: true };

/** Options of `addHparams`. */
export interface HparamsOptions extends EventOptions {
  /** The step at which the metrics are logged; default the last step that this writer has logged. */
  step?: number | undefined;
}

export const HPARAMS: OptionNames<HparamsOptions> = { ...EVENT, step: true };

/** The options of a `SummaryWriter` with their defaults; throws where one cannot be. */
export function resolveOptions(options: SummaryWriterOptions) {
  const where = 'SummaryWriter';
  const {
    purgeStep,
    flushSeconds = 2,
    filenameSuffix = '',
    onError = printError,
  } = checkOptions(where, options, SUMMARY_WRITER);
  if (purgeStep !== undefined) checkStep(where, 'purgeStep', purgeStep);
  // setTimeout takes no longer time than 2^31 milliseconds: it would not wait at all.
  checkNumber(where, 'flushSeconds', flushSeconds, { min: 0, max: 86400 });
  if (typeof filenameSuffix !== 'string' || /[/\\\0]/.test(filenameSuffix))
    throw new TypeError(
      expected(where, 'filenameSuffix', filenameSuffix, 'a string without slashes, such as ".train"'),
    );
  checkFunction(where, 'onError', onError);
  return { purgeStep, flushSeconds, filenameSuffix, onError };
}

function printError(error: Error): void {
  console.error(`@trainkit/tensorboard: ${error.message}`);
}
