import { checkFunction, checkNumber, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { checkStep } from './checks.js';
import type { HistogramBins } from './histogram.js';
import type { ImageLayout } from './image.js';

/** The options of a `SummaryWriter`. */
export interface SummaryWriterOptions {
  /**
   * The first step that this writer logs, if it resumes an interrupted run; default none.
   * TensorBoard then drops this step and later ones from the earlier files of the folder.
   */
  purgeStep?: number | undefined;
  /**
   * The flush interval in seconds, default 2: an event waits at most this long in memory. A killed
   * process loses at most the events of one interval.
   */
  flushSeconds?: number | undefined;
  /** The suffix of each file's name; default ''. */
  filenameSuffix?: string | undefined;
  /**
   * Called once when writing begins to fail, and again only after it succeeded in between; default
   * prints the message to standard error. Events that could not be written wait in memory and are
   * tried again. If some are lost in the end, it is called when the process ends without `close`.
   */
  onError?: ((error: Error) => void) | undefined;
}

const SUMMARY_WRITER: OptionNames<SummaryWriterOptions> = {
  purgeStep: true,
  flushSeconds: true,
  filenameSuffix: true,
  onError: true,
};

/** The options of every logged value. */
export interface EventOptions {
  /** The wall time in seconds since 1970; default now. */
  wallTime?: number | undefined;
}

export const EVENT: OptionNames<EventOptions> = { wallTime: true };

/** Options of `addHistogram`. */
export interface HistogramOptions extends EventOptions {
  /**
   * `'tensorflow'`, the default: buckets that grow by a tenth, the same for every histogram. A
   * number: this many buckets of equal width from the smallest to the largest value. An array: the
   * rising edges; values outside are not counted.
   */
  bins?: HistogramBins | undefined;
}

export const HISTOGRAM: OptionNames<HistogramOptions> = { ...EVENT, bins: true };

/** Options of `addImage`. */
export interface ImageOptions extends EventOptions {
  /**
   * The order of the axes; default `HW`, `HWC` or `NHWC` by their number, as TensorFlow.js stores
   * images. PyTorch's default is `CHW`. Several images are shown in one grid, eight in a row.
   */
  layout?: ImageLayout | undefined;
}

export const IMAGE: OptionNames<ImageOptions> = { ...EVENT, layout: true };

/** Options of `addHparams`. */
export interface HparamsOptions extends EventOptions {
  /**
   * The step at which the metrics are logged; default the last step that this writer has logged.
   */
  step?: number | undefined;
}

export const HPARAMS: OptionNames<HparamsOptions> = { ...EVENT, step: true };

/** The options of a `SummaryWriter` with their defaults; throws for an invalid one. */
export function resolveOptions(options: SummaryWriterOptions) {
  const where = 'SummaryWriter';
  const {
    purgeStep,
    flushSeconds = 2,
    filenameSuffix = '',
    onError = printError,
  } = checkOptions(where, options, SUMMARY_WRITER);
  if (purgeStep !== undefined) checkStep(where, 'purgeStep', purgeStep);
  // setTimeout accepts at most 2^31 milliseconds; for a longer time it would not wait at all.
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
