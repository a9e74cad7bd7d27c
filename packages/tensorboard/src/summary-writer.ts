import { join, resolve } from 'node:path';
import { checkOptions, expected, show } from '@trainkit/checks';
import { checkName, checkRecord, checkScalar, checkStep, checkWallTime, checkWhole } from './checks.js';
import { EventFile, type EventFileOptions, type Moment, type Value } from './event-file.js';
import { histogram } from './histogram.js';
import { type Hparam, hparamsValues } from './hparams.js';
import { bitmap, type Pixels } from './image.js';
import {
  EVENT,
  type EventOptions,
  HISTOGRAM,
  type HistogramOptions,
  HPARAMS,
  type HparamsOptions,
  IMAGE,
  type ImageOptions,
  resolveOptions,
  type SummaryWriterOptions,
} from './options.js';
import { encodePng } from './png.js';
import { runName } from './run-name.js';
import { textValue } from './text.js';
import { finiteNumbers, type TensorLike } from './values.js';

/**
 * Writes the logs of a run for TensorBoard, without TensorFlow: a new event file in `logDir`, in
 * TensorFlow's format.
 *
 * The methods are those of PyTorch's `torch.utils.tensorboard.SummaryWriter`. Each only appends to
 * memory, in some microseconds. Another thread writes to the disk, even during a loop that never
 * awaits. The remaining records are written when the process ends, unless it is killed.
 *
 * The steps of a tag must not go back: TensorBoard interprets a lower step as a restart and drops
 * the points after it. A resumed run makes a new writer with `purgeStep`.
 *
 * @example
 * ```ts
 * import { readdirSync } from 'node:fs';
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { SummaryWriter } from '@trainkit/tensorboard';
 *
 * const folder = await mkdtemp(join(tmpdir(), 'run-'));
 * const writer = new SummaryWriter(folder);
 * for (let step = 0; step < 100; step++) writer.addScalar('train/loss', 1 / (step + 1), step);
 * await writer.close();
 * console.log(readdirSync(folder).length); // → 1
 * ```
 *
 * @see https://docs.pytorch.org/docs/stable/tensorboard.html
 */
export class SummaryWriter {
  /** The folder of the run: an absolute path, which stays the same after `process.chdir`. */
  readonly logDir: string;

  readonly #options: EventFileOptions;
  readonly #main: EventFile;
  /** The runs that `addScalars` made below this one, by their folders. */
  readonly #runs = new Map<string, EventFile>();
  readonly #started = Date.now() / 1000;
  #lastStep = 0;
  #closing: Promise<void> | undefined;

  /** Makes the folder, if it is missing, and the file in it; throws if either fails. */
  constructor(logDir: string, options: SummaryWriterOptions = {}) {
    checkName('SummaryWriter', 'logDir', logDir);
    this.logDir = resolve(logDir);
    this.#options = resolveOptions(options);
    this.#main = new EventFile(this.logDir, this.#options);
  }

  /**
   * Logs a number. It is stored as float32, which has about seven digits and ends at 3.4e38; NaN
   * and infinities are logged as they are.
   */
  addScalar(tag: string, value: number, step: number, options: EventOptions = {}): void {
    const method = 'addScalar';
    checkName(method, 'tag', tag);
    checkScalar(method, 'value', value);
    this.#log([scalarValue(tag, value)], this.#moment(method, step, checkOptions(method, options, EVENT)));
  }

  /**
   * Logs numbers that belong to one chart:
   * `addScalars('loss', { train: 0.3, test: 0.4 }, step)`.
   *
   * TensorBoard draws the same tag of several runs into one chart. So each number is logged under
   * the tag `mainTag` in its own run below this one, `<logDir>/<mainTag>_<tag>`, as in PyTorch.
   *
   * Characters that are not allowed in a folder's name become underscores in `mainTag`, and their
   * hexadecimal code in `tag`, as in a URL: the tags `a/b`, `a:b` and `a_b` are three runs,
   * `…_a%2Fb`, `…_a%3Ab` and `…_a_b`. A name of more than 255 bytes, which file systems refuse, is
   * cut and ends in `~` and the SHA-256 of both tags.
   */
  addScalars(
    mainTag: string,
    values: Readonly<Record<string, number>>,
    step: number,
    options: EventOptions = {},
  ): void {
    const method = 'addScalars';
    checkName(method, 'mainTag', mainTag);
    checkRecord(method, 'values', values);
    for (const [tag, value] of Object.entries(values)) {
      checkName(method, 'a tag', tag);
      checkScalar(method, `values[${show(tag)}]`, value);
    }
    const moment = this.#moment(method, step, checkOptions(method, options, EVENT));
    for (const [tag, value] of Object.entries(values))
      this.#log([scalarValue(mainTag, value)], moment, this.#run(mainTag, tag));
  }

  /**
   * Logs the distribution of numbers: an array, a typed array, or a tensor, which stays the
   * caller's.
   *
   * All numbers must be finite. Values outside the edges of `bins` are not counted.
   */
  addHistogram(
    tag: string,
    values: ArrayLike<number> | TensorLike,
    step: number,
    options: HistogramOptions = {},
  ): void {
    const method = 'addHistogram';
    checkName(method, 'tag', tag);
    const { bins = 'tensorflow', ...event } = checkOptions(method, options, HISTOGRAM);
    const moment = this.#moment(method, step, event);
    const numbers = finiteNumbers(method, 'values', values);
    if (numbers.length === 0) throw new RangeError(expected(method, 'values', values, 'at least one value'));
    this.#log([{ tag, value: { case: 'histo', value: histogram(numbers, bins) } }], moment);
  }

  /**
   * Logs an image, or several as one grid: a tensor, or `{ data, shape }`. It is stored as PNG.
   *
   * Pixels range from 0 to 1, or from 0 to 255 as integers (dtype int32, or a typed array of
   * integers); values beyond are clamped. 1, 2, 3 or 4 channels are gray, gray and alpha, RGB,
   * RGBA.
   */
  addImage(tag: string, image: TensorLike | Pixels, step: number, options: ImageOptions = {}): void {
    const method = 'addImage';
    checkName(method, 'tag', tag);
    const { layout, ...event } = checkOptions(method, options, IMAGE);
    const moment = this.#moment(method, step, event);
    const pixels = bitmap(image, layout);
    const { height, width, channels: colorspace } = pixels;
    const value = { height, width, colorspace, encodedImageString: encodePng(pixels) };
    this.#log([{ tag, value: { case: 'image', value } }], moment);
  }

  /** Logs a text, which TensorBoard shows as Markdown. */
  addText(tag: string, text: string, step: number, options: EventOptions = {}): void {
    const method = 'addText';
    checkName(method, 'tag', tag);
    if (typeof text !== 'string')
      throw new TypeError(expected(method, 'text', text, 'a string', 'Write String(value).'));
    checkWhole(method, 'text', text);
    this.#log([textValue(tag, text)], this.#moment(method, step, checkOptions(method, options, EVENT)));
  }

  /**
   * Logs the hyperparameters of the run and its final metrics: a row in TensorBoard's HParams
   * table.
   *
   * The metrics are logged as scalars too, in this run; the table shows the last value of their
   * tags. PyTorch makes a separate run for each call. TensorBoard takes the columns from one of the
   * runs, so all must have the same names.
   */
  addHparams(
    hparams: Readonly<Record<string, Hparam>>,
    metrics: Readonly<Record<string, number>>,
    options: HparamsOptions = {},
  ): void {
    const method = 'addHparams';
    checkRecord(method, 'hparams', hparams);
    checkRecord(method, 'metrics', metrics);
    const { step = this.#lastStep, ...event } = checkOptions(method, options, HPARAMS);
    const times = { started: this.#started, ended: Date.now() / 1000 };
    const table = hparamsValues(hparams, metrics, times);
    const moment = this.#moment(method, step, event);
    this.#log(table, { ...moment, step: 0 });
    this.#log(
      Object.entries(metrics).map(([tag, value]) => scalarValue(tag, value)),
      moment,
    );
  }

  /**
   * Resolves when everything logged so far is on the disk and safe from a power failure. Rejects
   * with the error of the disk, or once with the number of events that were lost while it was full.
   * TensorBoard sees new events without it.
   */
  flush(): Promise<void> {
    this.#checkOpen('flush');
    return all(this.#files().map((file) => file.flush()));
  }

  /**
   * Flushes and closes the files; rejects with an error that counts the events that could not be
   * written. A second call returns the promise of the first. Nothing can be logged after it.
   */
  close(): Promise<void> {
    this.#closing ??= all(this.#files().map((file) => file.close()));
    return this.#closing;
  }

  /** `await using writer = new SummaryWriter(…)` closes it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #moment(method: string, step: number, { wallTime = Date.now() / 1000 }: EventOptions): Moment {
    this.#checkOpen(method);
    checkStep(method, 'step', step);
    checkWallTime(method, wallTime);
    return { step, wallTime };
  }

  #log(values: readonly Value[], moment: Moment, file = this.#main): void {
    file.add(values, moment);
    if (moment.step > this.#lastStep) this.#lastStep = moment.step;
  }

  #run(mainTag: string, tag: string): EventFile {
    // Two main tags in one run do not collide: each logs under its own name.
    const folder = join(this.logDir, runName(mainTag, tag));
    const known = this.#runs.get(folder);
    if (known) return known;
    const made = new EventFile(folder, this.#options);
    this.#runs.set(folder, made);
    return made;
  }

  #files(): EventFile[] {
    return [this.#main, ...this.#runs.values()];
  }

  #checkOpen(method: string): void {
    if (this.#closing === undefined) return;
    throw new Error(
      `${method}: the writer of ${this.logDir} is closed. Make a new SummaryWriter for the folder.`,
    );
  }
}

function scalarValue(tag: string, value: number): Value {
  // Beyond float32's range the encoder would throw, so an infinity is written, as in PyTorch and
  // TensorFlow.
  return { tag, value: { case: 'simpleValue', value: Math.fround(value) } };
}

/**
 * Resolves when all have settled. An unobserved rejection is reported by `onError`, and does not
 * end the process.
 */
function all(promises: readonly Promise<void>[]): Promise<void> {
  const settled = Promise.allSettled(promises).then((results) => {
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, errors.map((error) => error.message).join('\n'));
  });
  settled.catch(() => {});
  return settled;
}
