import type { Tensor } from '@tensorflow/tfjs-core';
import { expected } from '@trainkit/checks';
import type { EndEvent, LogContext, TrainEvent, ValidationEvent } from '../logging/logger.js';

/** Numbers by name; a tensor of one element is read, and still belongs to the caller. */
export type LogValues = Readonly<Record<string, number | Tensor>>;

/** A {@link LogContext} of a user's own loop, with all fields optional. */
export type BeginInput = Partial<LogContext>;

/** An {@link EndEvent} of a user's own loop, with all fields optional. */
export type EndInput = Partial<EndEvent>;

/** A {@link TrainEvent} of a user's own loop, with all fields but step and values optional. */
export interface TrainInput {
  /** The step, from 1 on. */
  readonly step: number;
  /** Numbers or scalar tensors by name. */
  readonly values: LogValues;
  /** Numbers of a clock. Default none. */
  readonly clock?: Readonly<Record<string, number>> | undefined;
  /** Larger tensors by name, for histograms. Default none. */
  readonly tensors?: Readonly<Record<string, Tensor>> | undefined;
}

/** A {@link ValidationEvent} of a user's own loop. */
export interface ValidationInput {
  /** The step after which the model was validated. */
  readonly step: number;
  /** Numbers or scalar tensors by name. */
  readonly values: LogValues;
  /** Other values. Default none. */
  readonly extras?: Readonly<Record<string, unknown>> | undefined;
  /** True if it is the best so far. Default false. */
  readonly best?: boolean | undefined;
}

/** The context of a user's own loop: a new run whose loggers have their own paths. */
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

/** The end event of a user's own loop. */
export function endEvent({ step = 0, error = null, values = {} }: EndInput = {}): EndEvent {
  return { step, error, values };
}

/** Throws if a logger is used before `begin`, since its events would be lost. */
export function checkBegun(logger: string, method: string, isBegun: boolean): void {
  if (isBegun) return;
  throw new Error(
    `${logger}: ${method} was called before begin, or after end; expected begin first. Write await log.begin({ steps }), or hand the logger to fit as log.`,
  );
}

/** The event of a step, with its tensors read. */
export function trainEvent({ step, values, clock = {}, tensors = {} }: TrainInput): TrainEvent {
  return { step, values: numbersIn(values), clock, tensors };
}

/** The event of a validation, with its tensors read. */
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
