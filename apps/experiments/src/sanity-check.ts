import { formatReport, type Report, runTests, type Subjects } from '@trainkit/conformance';
import { htmlTable } from './report/page.js';

/** What a section says of its sanity check. */
export interface SanityCheck {
  /** For the terminal. */
  text: string;
  /** For the report, from its own h3 on. */
  html: string;
}

/** The exercise's `run_tests` on this project's own part: each check against PyTorch's numbers. */
export function sanityCheck(subjects: Subjects): SanityCheck {
  const report = runTests(subjects);
  return { text: formatReport(report), html: sanityCheckHtml(report) };
}

function sanityCheckHtml(report: Report): string {
  const several = report.parts.length > 1;
  const checks = report.parts.flatMap(({ part, checks }) =>
    checks.map((check) => ({ ...check, name: several ? `${part}: ${check.name}` : check.name })),
  );
  const passed = checks.filter(({ status }) => status === 'passed').length;
  return [
    '<h3>Sanity check</h3>',
    `<p>${passed} of ${checks.length} checks against PyTorch ${report.torch} passed.</p>`,
    htmlTable({
      headings: ['Check', 'Result'],
      rows: checks.map(({ name, status, received }) => [
        name,
        status === 'passed' ? 'passed' : `${status}: ${received}`,
      ]),
    }),
  ].join('\n');
}
