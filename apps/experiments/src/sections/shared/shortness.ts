import { escapeHtml } from '../../report/page.js';
import { lengthOf, type RunResult } from '../../runs/run.js';
import { formatSteps } from '../../terminal/format.js';

/** Returns a note about runs that are much shorter than the exercise's; else ''. */
export function shortness(results: readonly RunResult[]): string {
  const [first] = results.filter(isShort);
  if (!first) return '';
  return `<p class="loud">These runs were cut short (${escapeHtml(first.run.title)} after ${formatSteps(first.end.step)}): what follows is true of them, and says little of the exercise's.</p>`;
}

function isShort({ run, config, end }: RunResult): boolean {
  const whole = lengthOf(run.length, config);
  return end.step < whole.maxSteps / 2 && !end.stoppedEarly;
}
