import { escapeHtml } from '../report/page.js';
import { configToCompare } from '../run-definition.js';
import type { RunResult } from '../run-result.js';
import { stepsInWords } from '../words.js';

/** Says so where runs are much shorter than the exercise's, and tell little of it; else ''. */
export function shortness(results: readonly RunResult[]): string {
  const [first] = results.filter(isShort);
  if (!first) return '';
  return `<p class="loud">These runs were cut short (${escapeHtml(first.run.title)} after ${stepsInWords(first.end.step)}): what follows is true of them, and says little of the exercise's.</p>`;
}

function isShort({ run, config, end }: RunResult): boolean {
  const { backend, data } = config;
  const whole = configToCompare(run, { seed: BigInt(config.seed), steps: undefined, backend, data });
  return end.step < whole.maxSteps / 2 && !end.stoppedEarly;
}
