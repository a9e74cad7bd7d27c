import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Section } from '../sections/section.js';
import { FAKE_MACHINE } from '../testing/fake-record.js';
import type { SectionRecord } from './records.js';
import { writeReport } from './write.js';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'report-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

/** Returns a section whose report is the text among its findings. */
const section = (number: string): Section<{ text: string }> => ({
  number,
  title: `Title ${number} <`,
  runs: [],
  schema: z.object({ text: z.string() }),
  findings: () => ({ text: '' }),
  report: ({ findings: { text } }) => ({
    text,
    html: `<p>${text}</p>`,
    summary: `In short ${number}.`,
    parts: { [`part-${number}`]: `Part ${number} <` },
  }),
});
const sections = ['1', '2', '3'].map(section);
const record = (text: unknown): SectionRecord => ({
  title: 'Title',
  runs: [],
  spreads: {},
  findings: { text },
});
const written = (path: string) => readFileSync(path, 'utf8');
const shown = (page: string) => [...page.matchAll(/<p>(\w+)<\/p>\n<\/section>/g)].map(([, text]) => text);

describe('the report', () => {
  const options = (more = {}) => ({
    out,
    seed: 3n,
    onSample: false,
    machine: FAKE_MACHINE,
    sections,
    ...more,
  });

  it('has a path for each seed, and another on the sample', () => {
    const paths = [
      writeReport({ 1: record('full') }, options({ seed: 0n })),
      writeReport({ 1: record('sample') }, options({ seed: 0n, onSample: true })),
      writeReport({ 1: record('seven') }, options({ seed: 7n })),
    ];
    expect(paths.map(({ page }) => page.slice(out.length))).toEqual([
      '/reports/seed-0.html',
      '/reports/sample/seed-0.html',
      '/reports/seed-7.html',
    ]);
    const pages = paths.map(({ page }) => written(page));
    expect(pages.flatMap(shown)).toEqual(['full', 'sample', 'seven']);
    expect(pages[0]).not.toContain('embedded sample');
    expect(pages[1]).toContain('These runs used the embedded sample');
    expect(readdirSync(join(out, 'reports')).sort()).toEqual([
      'sample',
      'seed-0',
      'seed-0.html',
      'seed-7',
      'seed-7.html',
    ]);
    expect(JSON.parse(written(paths[1]?.results ?? ''))).toMatchObject({
      format: 2,
      seed: 0,
      onSample: true,
      machine: FAKE_MACHINE,
    });
  });

  it('replaces the sections of this command, keeps the others in order, and removes those left out', () => {
    writeReport({ 1: record('old'), 3: record('third') }, options());
    writeReport({ 2: record('second') }, options());
    const { page, results } = writeReport({ 1: record('new') }, options());
    expect(shown(written(page))).toEqual(['new', 'second', 'third']);
    const { sections: kept } = JSON.parse(written(results));
    expect(Object.keys(kept)).toEqual(['1', '2', '3']);
    expect(kept['1'].findings).toEqual({ text: 'new' });
    writeReport({}, options(), ['1', '3']);
    expect(shown(written(page))).toEqual(['second']);
  });

  it('draws the page from results.json alone', () => {
    const { page, results } = writeReport({ 1: record('old') }, options());
    writeFileSync(page, 'something else');
    writeFileSync(results, written(results).replace('"old"', '"edited"'));
    writeReport({ 2: record('new') }, options());
    expect(shown(written(page))).toEqual(['edited', 'new']);
  });

  it('drops an earlier file or section that it cannot read', () => {
    const { page, results } = writeReport({ 1: record('old'), 2: record(7) }, options());
    expect(shown(written(page))).toEqual(['old']);
    writeFileSync(results, '{"format":1}');
    writeReport({ 3: record('new') }, options());
    expect(shown(written(page))).toEqual(['new']);
  });

  it('starts with date, machine, versions and contents, all escaped', () => {
    const now = new Date('2026-12-01T09:30:00Z');
    const page = written(writeReport({ 1: record('one') }, options({ now })).page);
    const start = page.slice(page.indexOf('<h1>'), page.indexOf('<section'));
    expect(start).toContain('<dt>Date</dt><dd>2026-12-01, 09:30 UTC</dd>');
    expect(start).toContain('<dt>Machine</dt><dd>A &lt;processor&gt;, 2 cores, 4 GiB, linux 6</dd>');
    expect(start).toContain('Trainkit 0.0.0, TensorFlow.js 4.22.0, Node v20.19.0');
    expect(start).toContain('<a href="#section-1">1. Title 1 &lt;</a> · <a href="#part-1">Part 1 &lt;</a>');
    expect(start).toContain('In short 1.');
  });

  it('loads no other file', () => {
    const page = written(writeReport({ 1: record('one') }, options()).page);
    expect(page).not.toMatch(/(src|href)="(?!#|data:)|https?:|url\(|@import/);
  });

  it('names the path that could not be written', () => {
    const file = join(out, 'file');
    writeFileSync(file, '');
    expect(() => writeReport({}, options({ out: file }))).toThrow(
      /The report .*file\/reports\/seed-3\.html could not be written: /,
    );
  });
});
