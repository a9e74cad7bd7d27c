import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { describe, expect, test } from 'vitest';
import { LayerNorm } from '../fixtures/layer-norms.js';
import { Mismatch } from '../fixtures/mismatch.js';
import { AdamW } from '../fixtures/optimizers.js';
import { checkLayerNorm, checkOptimizer, formatReport, mistakes } from './index.js';

describe('formatReport', () => {
  const check = {
    name: 'output',
    status: 'passed',
    expected: '1',
    received: '1',
    at: null,
    error: null,
    diagnosis: null,
  } as const;

  test('has a line for a check that passed, and the numbers of one that did not', () => {
    const diagnosis = {
      mistakes: ['momentum-reversed' as const],
      candidates: [],
      explanation: 'It is reversed.',
    };
    const failed = { ...check, name: 'mean', status: 'failed' as const, received: '2', diagnosis };
    const unclear = { ...check, name: 'rate', status: 'unclear' as const, received: 'no way to set it' };
    const part = {
      part: 'SGD' as const,
      passed: false,
      mistakes: diagnosis.mistakes,
      checks: [check, failed, unclear, { ...failed, name: 'again' }],
      candidates: [],
      warnings: [],
    };
    expect(formatReport(part, { all: true })).toBe(
      [
        'SGD: 1 of 4 checks passed; 1 unclear; likely mistake: momentum-reversed',
        '  ✓ output',
        '  ✗ mean',
        '      expected: 1',
        '      received: 2',
        '      It is reversed.',
        '  ? rate (unclear: it could not be measured)',
        '      expected: 1',
        '      received: no way to set it',
        '  ✗ again',
        '      expected: 1',
        '      received: 2',
        '      momentum-reversed: see above',
      ].join('\n'),
    );
    expect(
      formatReport({ passed: false, mistakes: [], torch: '2.15.0', parts: [part, part] }, { all: true }),
    ).toBe(`${formatReport(part, { all: true })}\n\n${formatReport(part, { all: true })}`);
  });

  test('is short: the mistake, the first check to look at, and how many others there are', () => {
    const failed = {
      ...check,
      name: 'mean',
      status: 'failed' as const,
      received: '2',
      diagnosis: { mistakes: ['momentum-reversed' as const], candidates: [], explanation: '' },
    };
    const part = {
      part: 'BatchNorm' as const,
      passed: false,
      mistakes: ['momentum-reversed' as const],
      candidates: [],
      checks: [check, failed, { ...failed, name: 'variance' }],
      warnings: [{ message: '3 tensors are left behind.', location: '/folder/mine.ts:7:3' }],
    };
    const { what, look } = mistakes['momentum-reversed'];
    expect(formatReport(part, { allHint: '--all' }).split('\n')).toEqual([
      'BatchNorm: 1 of 3 checks passed; likely mistake: momentum-reversed',
      `  momentum-reversed: ${what} ${look}`,
      '  ✗ mean',
      '      expected: 1',
      '      received: 2',
      '  1 more check failed; --all shows all.',
      '  ! warning: 3 tensors are left behind. (mine.ts:7)',
    ]);
    const either = {
      ...part,
      mistakes: [],
      candidates: ['exponent-missing' as const, 'step-not-advanced' as const],
    };
    expect(formatReport(either).split('\n')[0]).toBe(
      'BatchNorm: 1 of 3 checks passed; likely mistake: exponent-missing, or step-not-advanced',
    );
    expect(formatReport({ ...part, passed: true, checks: [check], mistakes: [], warnings: [] })).toBe(
      'BatchNorm: 1 of 1 checks passed',
    );
  });

  test('explains a warning, and does not count it as passed', () => {
    const warned = { ...check, name: 'rate', status: 'warning' as const, received: 'no way to set it' };
    const part = {
      part: 'SGD' as const,
      passed: true,
      mistakes: [],
      candidates: [],
      checks: [check, warned],
      warnings: [],
    };
    expect(formatReport(part, { all: true }).split('\n')).toEqual([
      'SGD: 1 of 2 checks passed; 1 warning',
      '  ✓ output',
      '  ! rate (warning: it does not count as failed)',
      '      expected: 1',
      '      received: no way to set it',
    ]);
  });

  test('has an error once, with its location, and a blank by that name', () => {
    const hit = (name: string, message: string, location: string | null) => ({
      ...check,
      name,
      status: 'failed' as const,
      received: message,
      error: { message, location },
      diagnosis: { mistakes: [], candidates: [], explanation: 'unclear: it threw.' },
    });
    const part = {
      part: 'SGD' as const,
      passed: false,
      mistakes: [],
      checks: [
        hit('one', 'Error: TODO: step 1 of a', '/folder/mine.ts:7:3'),
        hit('two', 'There is no rate.', null),
        hit('three', 'Error: TODO: step 1 of b', '/folder/mine.ts:7:3'),
        hit('four', 'There is no rate.', null),
        hit('five', 'TypeError: no', 'C:\\folder\\mine.ts:9:3'),
      ],
      candidates: [],
      warnings: [],
    };
    expect(formatReport(part, { all: true }).split('\n')).toEqual([
      'SGD: 0 of 5 checks passed',
      '  ✗ 2 checks: not filled in yet: TODO: step 1 of a (mine.ts:7)',
      '      in: one, three',
      '  ✗ 2 checks: There is no rate.',
      '      in: two, four',
      '  ✗ five',
      '      expected: 1',
      '      received: TypeError: no (mine.ts:9)',
    ]);
    const [first] = part.checks;
    expect(
      formatReport({ ...part, checks: [first!, { ...first!, name: 'again' }] }, { all: true }).split('\n'),
    ).toEqual([
      'SGD: 0 of 2 checks passed',
      '  ✗ all 2 checks: not filled in yet: TODO: step 1 of a (mine.ts:7)',
    ]);
  });
});

describeBackends('formatReport of a real report', () => {
  test('names the line of the checked code that threw, be it by way of TensorFlow.js', () => {
    const text = formatReport(checkLayerNorm(Mismatch), { all: true });
    expect(text).toMatch(/^LayerNorm: \d of 10 checks passed\n/);
    expect(text).toMatch(/checks: .*\(mismatch\.ts:7\)\n {6}in: output, output in evaluation, /);
    expect(text.match(/mismatch\.ts/g)).toHaveLength(1);
  });

  test('explains each of two mistakes once', () => {
    class Two extends AdamW {
      override gradient(g: tf.Tensor, w: tf.Tensor) {
        return tf.add(g, tf.mul(this.weightDecay, w));
      }
      override decayed(w: tf.Tensor) {
        return w;
      }
      override correctFirst(m: tf.Tensor) {
        return m;
      }
      override correctSecond(v: tf.Tensor) {
        return v;
      }
    }
    const text = formatReport(checkOptimizer(Two), { all: true });
    for (const name of ['no-bias-correction', 'l2-instead-of-decoupled-decay'] as const) {
      expect(text.split(mistakes[name].what)).toHaveLength(2);
      expect(text).toMatch(new RegExp(`${name}.*: see above`));
    }
  });

  test('says once that nothing explains the numbers', () => {
    class Odd extends LayerNorm {
      override affine(y: tf.Tensor) {
        return tf.add(super.affine(y), 0.125);
      }
    }
    const text = formatReport(checkLayerNorm(Odd), { all: true });
    expect(text.split('unclear: none of the known mistakes')).toHaveLength(2);
    expect(text).toContain('      unclear, as above.\n');
  });
});
