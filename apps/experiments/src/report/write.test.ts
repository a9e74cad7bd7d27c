import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ReportPart, writeReport } from './write.js';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'report-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const part = (number: string, html: string): ReportPart => ({
  number,
  title: `Title ${number} <`,
  html,
  summary: `In short ${number}.`,
  record: { title: `Title ${number} <`, runs: [], spreads: {}, findings: { html } },
});
const written = (path: string) => readFileSync(path, 'utf8');

describe('the report', () => {
  it('has a path for each seed, and another on the sample', () => {
    const options = { out, seed: 0n, onSample: false };
    const paths = [
      writeReport([part('1', 'full')], options),
      writeReport([part('1', 'sample')], { ...options, onSample: true }),
      writeReport([part('1', 'seven')], { ...options, seed: 7n }),
    ];
    expect(paths.map(({ page }) => page.slice(out.length))).toEqual([
      '/reports/seed-0.html',
      '/reports/sample/seed-0.html',
      '/reports/seed-7.html',
    ]);
    for (const [index, text] of ['full', 'sample', 'seven'].entries()) {
      expect(written(paths[index]?.page ?? '')).toContain(`\n${text}\n</section>`);
    }
    expect(written(paths[0]?.page ?? '')).not.toContain('embedded sample');
    expect(written(paths[1]?.page ?? '')).toContain('These runs used the embedded sample');
    expect(readdirSync(join(out, 'reports')).sort()).toEqual([
      'sample',
      'seed-0',
      'seed-0.html',
      'seed-7',
      'seed-7.html',
    ]);
    expect(JSON.parse(written(paths[1]?.results ?? ''))).toMatchObject({
      format: 1,
      seed: 0,
      onSample: true,
    });
  });

  it('replaces the sections of this command and keeps the others, in order', () => {
    const options = { out, seed: 3n, onSample: false };
    writeReport([part('1', 'old'), part('3', 'third\nline')], options);
    writeReport([part('2', 'second')], options);
    const { page, results } = writeReport([part('1', 'new')], options);
    const contents = written(page).match(/<section.*?<\/section>/gs);
    expect(contents).toEqual([
      '<section id="section-1">\n<h2>1. Title 1 &lt;</h2>\n<p class="lead">In short 1.</p>\nnew\n</section>',
      '<section id="section-2">\n<h2>2. Title 2 &lt;</h2>\n<p class="lead">In short 2.</p>\nsecond\n</section>',
      '<section id="section-3">\n<h2>3. Title 3 &lt;</h2>\n<p class="lead">In short 3.</p>\nthird\nline\n</section>',
    ]);
    const { sections } = JSON.parse(written(results));
    expect(Object.keys(sections)).toEqual(['1', '2', '3']);
    expect(sections['1'].findings).toEqual({ html: 'new' });
    expect(sections['3'].findings).toEqual({ html: 'third\nline' });
  });

  it('starts with all of its sections, including those of an earlier report', () => {
    const options = { out, seed: 3n, onSample: false };
    writeReport([part('2', '<h3 id="section-2-1">2.1 One</h3>')], options);
    const page = written(writeReport([part('1', 'new')], options).page);
    const [contents = ''] = /<nav.*?<\/nav>/s.exec(page) ?? [];
    expect(contents).toContain(
      '<a href="#section-1">1. Title 1 &lt;</a><span class="soft">In short 1.</span>',
    );
    expect(contents).toContain(
      '<a href="#section-2">2. Title 2 &lt;</a> · <a href="#section-2-1">2.1 One</a><span class="soft">In short 2.',
    );
    expect(page.indexOf(contents)).toBeLessThan(page.indexOf('<section'));
  });

  it('replaces a file that is not one of our reports', () => {
    const options = { out, seed: 3n, onSample: false };
    const { page, results } = writeReport([part('1', 'old')], options);
    writeFileSync(page, 'something else');
    writeFileSync(results, '{"format":2}');
    writeReport([part('2', 'new')], options);
    expect(written(page)).not.toContain('old');
    expect(Object.keys(JSON.parse(written(results)).sections)).toEqual(['2']);
  });

  it('names the path that could not be written', () => {
    const file = join(out, 'file');
    writeFileSync(file, '');
    expect(() => writeReport([part('1', '')], { out: file, seed: 0n, onSample: false })).toThrow(
      /The report .*file\/reports\/seed-0\.html could not be written: /,
    );
  });
});
