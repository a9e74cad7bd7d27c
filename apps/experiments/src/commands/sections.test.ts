import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useFastestBackend } from '@trainkit/backend';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { findSections } from '../sections/index.js';
import { scratch } from '../testing/scratch.js';
import { executeSections } from './sections.js';

const context = scratch('sections-');

describeBackends(
  'executeSections',
  (backend) => {
    const perform = async (numbers: string[], { fresh = true } = {}) => {
      const text = await executeSections(findSections(numbers), {
        seed: 3n,
        seeds: 1,
        workers: 1,
        steps: 2,
        data: context.data,
        backend: await useFastestBackend({ prefer: backend }),
        out: context.out,
        fresh,
        terminal: context.terminal,
        signal: new AbortController().signal,
      });
      const [, path = ''] = /Report: (.*)$/.exec(text) ?? [];
      return { text, html: readFileSync(path, 'utf8') };
    };

    it.each([
      ['2', 'BatchNorm', ['Without', 'With BatchNorm'], 1],
      ['3', 'LayerNorm', ['Without', 'With BatchNorm', 'With LayerNorm'], 1],
      ['4', 'Dropout', ['0.15', '0.9'], 1],
      ['5', 'AdamW', [], 3],
    ] as const)(
      'section %s passes its sanity check, shows it and draws its charts',
      async (number, part, rows, pictures) => {
        const { text, html } = await perform([number]);
        expect(text).toMatch(new RegExp(`^${part}: ([1-9]\\d*) of \\1 checks passed$`, 'm'));
        expect(text).not.toContain('✗');
        expect(html).toMatch(/<summary>✓ \w+: ([1-9]\d*) of \1 checks against PyTorch 2\.15\S* passed</);
        for (const row of rows) expect(html).toContain(`<th scope="row">${row}</th>`);
        expect(html.match(/<svg class="chart"/g)).toHaveLength(pictures);
      },
    );

    it('trains a run that two sections share once, also with --fresh', async () => {
      const { html } = await perform(['2', '3']);
      expect(context.printed.match(/norm\/none {2}test accuracy/g)).toHaveLength(1);
      expect(html.match(/<section id=/g)).toHaveLength(2);
    });

    it('names a folder that holds another run before any run trains', async () => {
      const last = join(context.out, 'runs/sample/norm/layernorm/seed-3');
      mkdirSync(last, { recursive: true });
      writeFileSync(join(last, 'config.json'), '{"run":"norm/none"}');
      await expect(perform(['2', '3'], { fresh: false })).rejects.toThrow(
        `${last} holds a run with another config: run was "norm/none" and is now "norm/layernorm".`,
      );
      expect(context.printed).toBe('');
      expect(readdirSync(join(context.out, 'runs/sample/norm'))).toEqual(['layernorm']);
    });
  },
  { backends: ['wasm', 'tensorflow', 'native'] },
);
