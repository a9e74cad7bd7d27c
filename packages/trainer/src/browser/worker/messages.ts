import type { DivergenceDetails } from '../../loop/divergence.js';
import type { FitResult } from '../../loop/trainer.js';

/** Marks the messages of a training among others that page and worker exchange. */
const CHANNEL = '@trainkit/trainer';

/** The numbers of a step or of a validation. */
export interface StepNumbers {
  /** The step, from 1 on. */
  readonly step: number;
  /** Numbers by name: `train/loss`, `validation/loss` and so on. */
  readonly values: Readonly<Record<string, number>>;
}

/** The progress since the last message; at most one message for each frame of a page. */
export interface TrainingProgress {
  /** The completed steps. */
  readonly step: number;
  /** The total steps. */
  readonly steps: number;
  /** The numbers of each step since the last message. */
  readonly train: readonly StepNumbers[];
  /**
   * The numbers of each validation since the last message; `best` is true if it is the best so far.
   */
  readonly validation: readonly (StepNumbers & { readonly best: boolean })[];
  /** The last measured steps per second; null before the first measurement. */
  readonly stepsPerSecond: number | null;
}

/** An error as a value: the worker's own class does not survive a message. */
export interface ErrorValue {
  /** The error's name, such as `'RangeError'`. */
  readonly name: string;
  /** The error's message. */
  readonly message: string;
  /** The stack in the worker, if there is one. */
  readonly stack: string | undefined;
  /** The fields of a `DivergenceError`; null for other errors. */
  readonly divergence: Readonly<DivergenceDetails> | null;
}

/** A request of the page. */
export type WorkerRequest<Settings> =
  | { readonly type: 'start'; readonly settings: Settings }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'stop' };

/** An event of the worker. */
export type WorkerEvent<Output> =
  | { readonly type: 'begin'; readonly step: number; readonly steps: number }
  | ({ readonly type: 'progress' } & TrainingProgress)
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'paused'; readonly step: number }
  | { readonly type: 'finished'; readonly result: FitResult; readonly output: Output | undefined }
  | { readonly type: 'stopped'; readonly step: number }
  | { readonly type: 'failed'; readonly error: ErrorValue };

/**
 * The part of a `Worker`, of a worker's own global scope, or of a `MessagePort` that transfers
 * messages.
 */
export interface MessageEndpoint {
  /** Sends a message, a structured clone. */
  postMessage(message: unknown): void;
  /** Calls `listener` with each message that arrives. */
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  /** Undoes {@link addEventListener}. */
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  /** Starts a `MessagePort`; other endpoints lack it. */
  readonly start?: (() => void) | undefined;
}

/** Sends a request or an event of a training. */
export function send(endpoint: MessageEndpoint, body: WorkerRequest<unknown> | WorkerEvent<unknown>): void {
  endpoint.postMessage({ channel: CHANNEL, body });
}

/**
 * Calls `observe` with each message of a training and with no others; returns a function that
 * removes the listener.
 */
export function listen<Body>(endpoint: MessageEndpoint, observe: (body: Body) => void): () => void {
  const listener = ({ data }: MessageEvent) => {
    if (isMessage<Body>(data)) observe(data.body);
  };
  endpoint.addEventListener('message', listener);
  endpoint.start?.();
  return () => endpoint.removeEventListener('message', listener);
}

/** Only the channel is checked: both ends come from one bundle, so they have one version. */
function isMessage<Body>(data: unknown): data is { body: Body } {
  return typeof data === 'object' && data !== null && 'channel' in data && data.channel === CHANNEL;
}
