import type { ExperimentConfig } from '../config/schema.js';

/** Whether an evaluation follows a step whatever the last one is; who replays a training must know it as the trainer does. */
export function isEvaluationScheduled(
  { evaluateEvery }: Pick<ExperimentConfig, 'evaluateEvery'>,
  step: number,
): boolean {
  return step > 0 && evaluateEvery !== null && step % evaluateEvery === 0;
}
