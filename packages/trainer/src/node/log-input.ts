import type { Tensor } from '@tensorflow/tfjs-core';
import { expected } from '@trainkit/checks';
import type { EndEvent, LogContext, TrainEvent, ValidationEvent } from '../logging/logger.js';

/** Numbers by name; a tensor of one element is read, and stays the caller's. */
export type LogValues = Readonly<Record<string, number | Tensor>>;

/** A {@link LogContext} of a loop of one's own: everything may be left out. */
export type BeginInput = Partial<LogContext>;

/** An {@link EndEvent} of a loop of one's own: everything may be left out. */
export type EndInput = Partial<EndEvent>;

/** A {@link TrainEvent} of a loop of one's own: everything but step and values may be left out. */
export interface TrainInput {
  /** The step, from 1 on. */
  readonly step: number;
  /** Numbers or scalar tensors by name. */
  readonly values: LogValues;
  /** Numbers that a clock gave. Default none. */
  readonly clock?: Readonly<Record<string, number>> | undefined;
  /** Larger tensors by name, for histograms. Default none. */
  readonly tensors?: Readonly<Record<string, Tensor>> | undefined;
}

/** A {@link ValidationEvent} of a loop of one's own. */
export interface ValidationInput {
  /** The step after which the model was validated. */
  readonly step: number;
  /** Numbers or scalar tensors by name. */
  readonly values: LogValues;
  /** Everything else. Default none. */
  readonly extras?: Readonly<Record<string, unknown>> | undefined;
  /** True where it is the best so far. Default false. */
  readonly best?: boolean | undefined;
}

/** The context of a loop of one's own: a new run that writes where its loggers say. */
export function logContext({
  step = 0,
  steps = Number.POSITIVE_INFINITY,
  validated = false,
  mayHaveValidated = false,
  last = null,
  folder = null,
  state = null,
  warn = console.warn,
  ...rest
}: BeginInput = {}): LogContext {
  return { step, steps, validated, mayHaveValidated, last, folder, state, warn, ...rest };
}

/** The event of the end of a loop of one's own. */
export function endEvent({ step = 0, error = null, values = {} }: EndInput = {}): EndEvent {
  return { step, error, values };
}

/** Throws where a logger is used before `begin`: what it is given would be lost. */
export function checkBegun(logger: string, method: string, isBegun: boolean): void {
  if (isBegun) return;
  throw new Error(
    `${logger}: ${method} was called before begin, or after end; expected begin first. Write await log.begin({ steps }), or hand the logger to fit as log.`,
  );
}

/** The event of a step with its tensors read. */
export function trainEvent({ step, values, clock = {}, tensors = {} }: TrainInput): TrainEvent {
  return { step, values: numbersIn(values), clock, tensors };
}

/** The event of a validation with its tensors read. */
export function validationEvent({
  step,
  values,
  extras = {},
  best = false,
}: ValidationInput): ValidationEvent {
  return { step, values: numbersIn(values), extras, best };
}

function numbersIn(values: LogValues): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (typeof value === 'number') return [name, value];
      const [number] = value.dataSync();
      if (value.size === 1 && number !== undefined) return [name, number];
      throw new TypeError(
        expected('log', name, value, 'a number or a scalar tensor', 'Write it under tensors.'),
      );
    }),
  );
}
