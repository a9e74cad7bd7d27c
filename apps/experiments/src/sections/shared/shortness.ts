import { escapeHtml } from '../../report/page.js';
import { lengthOf, type RunResult } from '../../runs/run.js';
import { stepsInWords } from '../../terminal/format.js';

/** Says so where runs are much shorter than the exercise's, and tell little of it; else ''. */
export function shortness(results: readonly RunResult[]): string {
  const [first] = results.filter(isShort);
  if (!first) return '';
  return `<p class="loud">These runs were cut short (${escapeHtml(first.run.title)} after ${stepsInWords(first.end.step)}): what follows is true of them, and says little of the exercise's.</p>`;
}

function isShort({ run, config, end }: RunResult): boolean {
  const whole = lengthOf(run.length, config);
  return end.step < whole.maxSteps / 2 && !end.stoppedEarly;
}
