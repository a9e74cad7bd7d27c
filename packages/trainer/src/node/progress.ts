import { checkFunction, checkOptions, type OptionNames } from '@trainkit/checks';
import type { EndEvent, Logger, TrainEvent, ValidationEvent } from '../logging/logger.js';
import {
  type BeginInput,
  checkBegun,
  type EndInput,
  endEvent,
  logContext,
  type TrainInput,
  trainEvent,
  type ValidationInput,
  validationEvent,
} from './log-input.js';
import { StatusLine, type Terminal } from './status-line.js';

/** Options of {@link progress}. */
export interface ProgressOptions {
  /** The run's name, written before each line. Default none. */
  title?: string | undefined;
  /**
   * The output stream. Default `process.stderr`, so that standard output contains only the
   * program's results.
   */
  terminal?: Terminal | undefined;
  /**
   * Makes the text of a step between its number and the speed; null for no status. Default: every
   * number by its name.
   */
  train?: ((event: TrainEvent) => string | null) | undefined;
  /**
   * Makes the line of a validation; null for none. Default: the step and every number by its name.
   */
  validation?: ((event: ValidationEvent) => string | null) | undefined;
  /**
   * Makes the line of a finished fit; null for none. Default: the steps and the time that they
   * took.
   */
  end?: ((event: EndEvent) => string | null) | undefined;
  /** The clock, in milliseconds. Default `performance.now`. */
  now?: (() => number) | undefined;
}

const OPTIONS: OptionNames<ProgressOptions> = {
  title: true,
  terminal: true,
  train: true,
  validation: true,
  end: true,
  now: true,
};

const BAR_WIDTH = 20;

/**
 * Shows the progress of a run in the terminal: step, numbers, speed and remaining time, and a line
 * for each validation.
 */
export function progress(options: ProgressOptions = {}): Progress {
  return new Progress(options);
}

/** The logger of {@link progress}. */
export class Progress implements Logger {
  readonly #title: string;
  readonly #line: StatusLine;
  readonly #now: () => number;
  readonly #texts: Required<Pick<ProgressOptions, 'train' | 'validation'>> & Pick<ProgressOptions, 'end'>;
  #start = 0;
  #first = 0;
  /** Null before the begin. */
  #steps: number | null = null;

  /** @param options of {@link progress} */
  constructor(options: ProgressOptions) {
    const {
      title,
      terminal = process.stderr,
      train = ({ values }: TrainEvent) => shown(values),
      validation = ({ step, values, best }: ValidationEvent) =>
        `step ${step}  ${shown(values, '')}${best ? '  (best)' : ''}`,
      end,
      now = () => performance.now(),
    } = checkOptions('progress', options, OPTIONS);
    for (const [name, value] of Object.entries({ train, validation, end })) {
      if (value !== undefined) checkFunction('progress', name, value);
    }
    this.#title = title === undefined ? '' : `${title}  `;
    this.#line = new StatusLine(terminal, now);
    this.#now = now;
    this.#texts = { train, validation, end };
  }

  /** Starts the clock; steps of earlier processes do not count for the speed. */
  begin(context: BeginInput = {}): void {
    const { step, steps, checkpoint = null } = logContext(context);
    this.#start = this.#now();
    this.#first = step;
    this.#steps = steps;
    if (step > 0)
      this.message(`goes on after step ${step}${checkpoint === null ? '' : `, from ${checkpoint}`}`);
  }

  /** Shows a step, if it is time. */
  train(event: TrainInput): void {
    checkBegun('progress', 'train', this.#steps !== null);
    const { step } = event;
    const steps = this.#steps ?? step;
    const filled = Math.min(BAR_WIDTH, Math.round((step / steps) * BAR_WIDTH));
    this.#line.update(
      () => {
        const text = this.#texts.train?.(trainEvent(event)) ?? null;
        if (text === null) return null;
        const perSecond = ((step - this.#first) / (this.#now() - this.#start)) * 1000;
        const left = Math.ceil((steps - step) / perSecond);
        const [of, rest] = Number.isFinite(steps) ? [`/${steps}`, `  ${duration(left)} left`] : ['', ''];
        return `${this.#title}step ${step}${of}  ${text}  ${perSecond.toFixed(0)} steps/s${rest}`;
      },
      () => `${'━'.repeat(filled)}${'─'.repeat(BAR_WIDTH - filled)}  `,
    );
  }

  /** Writes a line for a validation. */
  validation(event: ValidationInput): void {
    checkBegun('progress', 'validation', this.#steps !== null);
    const text = this.#texts.validation?.(validationEvent(event)) ?? null;
    if (text !== null) this.message(text);
  }

  /** Writes a line that stays on the terminal. */
  message(text: string): void {
    this.#line.say(`${this.#title}${text}`);
  }

  /** Removes the progress line, and writes the time that the run took; nothing after an error. */
  end(input: EndInput = {}): void {
    const event = endEvent(input);
    const { step, error } = event;
    const { end = () => `${step} steps  (${duration((this.#now() - this.#start) / 1000)})` } = this.#texts;
    const text = error === null ? end(event) : null;
    if (text === null) this.#line.clear();
    else this.message(text);
  }
}

/** Numbers with their names, those of the step without their common prefix. */
function shown(values: Readonly<Record<string, number>>, prefix = 'train/'): string {
  return Object.entries(values)
    .map(([name, value]) => `${name.startsWith(prefix) ? name.slice(prefix.length) : name} ${rounded(value)}`)
    .join('  ');
}

function rounded(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toPrecision(4);
}

/** A duration as text: `45 s`, `2 min 5 s`, `1 h 3 min`. */
function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '…';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
