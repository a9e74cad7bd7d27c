import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@trainkit/conformance';
import { describeBackends } from '@trainkit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BLANKS, filledIn, pathOf } from '../testing/solutions.js';
import { loadFile } from './load-file.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exercise-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the checks on all exports of a file. */
async function check(path: string) {
  const report = runTests(await loadFile(path));
  const failed = report.parts.flatMap(({ checks }) => checks.filter(({ status }) => status !== 'passed'));
  return { report, failed };
}

describeBackends('the example of the exercise', () => {
  test('sgd.ts passes as it is, and leaves no tensor behind', async () => {
    const { report, failed } = await check(fileURLToPath(new URL('../../exercise/sgd.ts', import.meta.url)));
    expect(failed).toEqual([]);
    expect(report).toMatchObject({ passed: true, parts: [{ part: 'SGD', warnings: [] }] });
  });
});

describeBackends('the blanks of the exercise', () => {
  test.each(BLANKS)('%s passes once it is filled in', async (name) => {
    const path = join(folder, name);
    writeFileSync(path, filledIn(name));
    const { report, failed } = await check(path);
    expect(failed).toEqual([]);
    expect(report).toMatchObject({ passed: true, parts: [{ warnings: [] }] });
  });

  test.each(BLANKS)('%s reports its TODO, and no mistake', async (name) => {
    const { report, failed } = await check(pathOf(name));
    expect(report).toMatchObject({ passed: false, mistakes: [], parts: [{}] });
    for (const { received } of failed) expect(received).toMatch(/^Error: TODO: /);
  });
});
