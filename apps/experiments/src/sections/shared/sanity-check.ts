import { runTests, type Subjects } from '@trainkit/conformance';
import { z } from 'zod';
import { escapeHtml } from '../../report/escape.js';

/** The schema of a section's sanity check among its findings. */
export const sanityCheckSchema = z.object({
  /** The version of PyTorch whose numbers are expected. */
  torch: z.string(),
  checks: z.array(
    z.object({
      part: z.string(),
      check: z.string(),
      status: z.enum(['passed', 'failed', 'warning', 'unclear']),
      expected: z.string(),
      received: z.string(),
    }),
  ),
});

/** See {@link sanityCheckSchema}. */
export type SanityCheck = z.infer<typeof sanityCheckSchema>;

/**
 * Runs the exercise's `run_tests` on this project's own part: each check against PyTorch's numbers.
 */
export function sanityCheck(subjects: Subjects): SanityCheck {
  const { parts, torch } = runTests(subjects);
  return {
    torch: torch.replace(/\+.*$/, ''),
    checks: parts.flatMap(({ part, checks }) =>
      checks.map(({ name, status, expected, received }) => ({
        part,
        check: name,
        status,
        expected,
        received,
      })),
    ),
  };
}

/** Returns the checks of each part as a line for the terminal, with a line for each failed one. */
export function sanityCheckText({ checks }: SanityCheck): string {
  return [...byPart(checks)]
    .flatMap(([part, own]) => [
      `${part}: ${passedOf(own)} checks passed`,
      ...own.filter(isBad).map(({ check, status, received }) => `  ✗ ${check}, ${status}: ${received}`),
    ])
    .join('\n');
}

/** Returns the checks of each part as one line that unfolds into all of them. */
export function sanityCheckHtml({ checks, torch }: SanityCheck): string {
  return [...byPart(checks)].map(([part, own]) => partHtml(part, own, torch)).join('\n');
}

/** Returns the number of passed checks in a sentence. */
export function sanityCheckSummary({ checks, torch }: SanityCheck): string {
  return `${passedOf(checks)} checks against PyTorch ${escapeHtml(torch)} passed.`;
}

type Check = SanityCheck['checks'][number];

function partHtml(part: string, checks: readonly Check[], torch: string): string {
  const bad = checks.some(isBad);
  const items = checks.map((each) => {
    const text = isBad(each)
      ? `✗ ${each.check}, ${each.status}: expected ${each.expected}; received ${each.received}`
      : `✓ ${each.check}`;
    return `<li>${escapeHtml(text)}</li>`;
  });
  const line = `${bad ? '✗' : '✓'} ${part}: ${passedOf(checks)} checks against PyTorch ${torch} passed`;
  return `<details class="check${bad ? ' failed' : ''}"${bad ? ' open' : ''}><summary>${escapeHtml(line)}</summary><ul>${items.join('')}</ul></details>`;
}

function byPart(checks: readonly Check[]): Map<string, Check[]> {
  const parts = new Map<string, Check[]>();
  for (const check of checks) parts.set(check.part, [...(parts.get(check.part) ?? []), check]);
  return parts;
}

function passedOf(checks: readonly Check[]): string {
  return `${checks.filter((check) => !isBad(check)).length} of ${checks.length}`;
}

function isBad({ status }: Check): boolean {
  return status !== 'passed';
}
