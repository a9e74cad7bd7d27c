import { show } from '@trainkit/checks';
import type {
  CheckpointEvent,
  EndEvent,
  HistogramEvent,
  LogContext,
  Logger,
  TrainEvent,
  ValidationEvent,
} from './logger.js';

/** Several loggers as one. */
export class Loggers {
  readonly #loggers: readonly Logger[];
  #begun: Logger[] = [];
  /**
   * Promises of methods that are not expected to return one; their failures are reported at the
   * next flush.
   */
  #pending: Promise<unknown>[] = [];
  #failures: unknown[] = [];

  constructor(loggers: readonly Logger[]) {
    this.#loggers = loggers;
  }

  /** Begins all loggers; `states` are those of {@link states} at the checkpoint. */
  async begin(
    context: Omit<LogContext, 'state' | 'warn'>,
    states: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const warn = (message: string) => this.message(message);
    const names = this.#loggers.flatMap(({ name }) => name ?? []);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) {
      throw new Error(
        `fit: two loggers have the name ${show(twice)}; expected one, whose file it is. Give one of them another path.`,
      );
    }
    for (const logger of this.#loggers) {
      const { name } = logger;
      const state = name !== undefined && Object.hasOwn(states, name) ? states[name] : null;
      // Added before it begins, since one that fails half-way may have a file to close.
      this.#begun.push(logger);
      await logger.begin?.({ ...context, state, warn });
    }
  }

  train(event: TrainEvent): void {
    this.#each((logger) => logger.train?.(event));
  }

  validation(event: ValidationEvent): void {
    this.#each((logger) => logger.validation?.(event));
  }

  histograms(event: HistogramEvent): void {
    this.#each((logger) => logger.histograms?.(event));
  }

  checkpoint(event: CheckpointEvent): void {
    this.#each((logger) => logger.checkpoint?.(event));
  }

  /**
   * Shows a text through each logger with a method `message`, or on the console if there is none.
   */
  message(text: string): void {
    const listeners = this.#loggers.filter(({ message }) => message !== undefined);
    if (listeners.length === 0) console.warn(text);
    for (const logger of listeners) this.#watch(logger.message?.(text));
  }

  /** Waits for all loggers; throws if a method that returned a promise has failed. */
  async flush(): Promise<void> {
    await this.#settle();
    for (const logger of this.#loggers) await logger.flush?.();
  }

  /** The loggers' states for a checkpoint, by their names. */
  states(): Record<string, unknown> {
    const entries = this.#loggers.flatMap((logger) =>
      logger.name === undefined || logger.state === undefined ? [] : [[logger.name, logger.state()] as const],
    );
    return Object.fromEntries(entries);
  }

  /** Ends all loggers, even if one fails; throws the first failure. */
  async end(event: EndEvent): Promise<void> {
    const begun = this.#begun;
    this.#begun = [];
    const failures: unknown[] = [];
    await this.#settle().catch((error: unknown) => failures.push(error));
    for (const logger of begun) {
      try {
        await logger.end?.(event);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #each(call: (logger: Logger) => unknown): void {
    for (const logger of this.#loggers) this.#watch(call(logger));
  }

  /**
   * Lets an async method run beside the training; its failure is thrown at the next flush instead
   * of as an unhandled rejection.
   */
  #watch(result: unknown): void {
    if (result instanceof Promise)
      this.#pending.push(result.catch((error: unknown) => this.#failures.push(error)));
  }

  async #settle(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    await Promise.all(pending);
    if (this.#failures.length > 0) throw this.#failures.shift();
  }
}

/** The loggers of the option `log`: none, one, or a list. */
export function loggersOf(log: Logger | readonly Logger[] | undefined): readonly Logger[] {
  if (log === undefined) return [];
  return isList(log) ? log : [log];
}

function isList(log: Logger | readonly Logger[]): log is readonly Logger[] {
  return Array.isArray(log);
}
