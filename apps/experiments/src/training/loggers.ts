import type { Logger, TrainEvent, ValidationEvent } from '@trainkit/trainer';
import { jsonLines, progress, tensorboard } from '@trainkit/trainer/node';
import type { TestMetrics, TrainMetrics } from '../figures/metrics.js';
import type { Terminal } from '../terminal/terminal.js';
import { tagOf } from './tensorboard.js';

/**
 * Returns the loggers of a run: `metrics.jsonl` and TensorBoard's event files in its folder, and
 * the terminal.
 */
export function runLoggers(run: string, terminal: Terminal): Logger[] {
  return [
    jsonLines({ train: trainLine, validation: testLine }),
    tensorboard({ tag: tagOf }),
    progress({
      title: run,
      terminal,
      train: terminal.quiet === true ? () => null : progressText,
      validation: () => null,
      end: () => null,
    }),
  ];
}

/** Returns a step as a line of `metrics.jsonl`; a norm that is not finite is null. */
function trainLine({ step, values }: TrainEvent): TrainMetrics {
  const norm = values['train/gradient_norm'];
  return {
    step,
    train_loss: numberIn(values, 'train/loss'),
    train_accuracy: numberIn(values, 'train/accuracy'),
    learning_rate: numberIn(values, 'train/learning_rate'),
    ...(norm === undefined ? {} : { gradient_norm: Number.isFinite(norm) ? norm : null }),
  };
}

/** Returns an evaluation as a line of `metrics.jsonl`. */
export function testLine({ step, values }: Pick<ValidationEvent, 'step' | 'values'>): TestMetrics {
  return {
    step,
    test_loss: numberIn(values, 'validation/loss'),
    test_accuracy: numberIn(values, 'validation/accuracy'),
  };
}

function progressText({ values }: TrainEvent): string {
  return `loss ${numberIn(values, 'train/loss').toFixed(4)}  accuracy ${numberIn(values, 'train/accuracy').toFixed(3)}`;
}

function numberIn(values: Readonly<Record<string, number>>, name: string): number {
  const value = values[name];
  if (value === undefined)
    throw new RangeError(`The trainer logged ${Object.keys(values).join(', ')}; expected ${name} too.`);
  return value;
}
