import { expect, it } from 'vitest';
import { findRun } from '../sections/index.js';
import { fakeRecord } from '../testing/fake-record.js';
import { predictionsHtml } from './predictions.js';

const pixels = Buffer.alloc(784, 100).toString('base64');
const example = (label: number, predicted: number) => ({
  index: 3,
  label,
  predicted,
  probability: 0.5,
  pixels,
});
const record = (title: string, accuracy: number, confusion: number[][]) =>
  fakeRecord(
    { ...findRun('norm/none'), title },
    {
      tests: [{ step: 469, test_loss: 1, test_accuracy: accuracy }],
      losses: new Array<number>(469).fill(1),
      predictions: { confusion, examples: [example(0, 0), example(1, 0)] },
    },
  );

it('shows garments and confusion matrix of the best run, and accuracies by class of all', () => {
  const html = predictionsHtml([
    record('Worse', 0.5, [
      [1, 1],
      [1, 1],
    ]),
    record('Better <', 0.75, [
      [4, 0],
      [2, 2],
    ]),
  ]);
  expect(html).toContain('Confusion matrix of Better &lt; on the test set');
  expect(html.match(/<img src="data:image\/png;base64,/g)).toHaveLength(2);
  expect(html).toContain('<span class="right">✓ T-shirt</span> 50 %');
  expect(html).toContain('<span class="wrong">✗ T-shirt</span> 50 %<br>not Trouser');
  const cell = (text: string, share: string, own = '') => `<td${own} style="--share:${share}">${text}</td>`;
  expect(html).toContain(
    `<th scope="row">Trouser</th>${cell('2', '0.50')}${cell('2', '0.50', ' class="own"')}</tr>`,
  );
  expect(html).toContain(
    `<th scope="row">T-shirt</th>${cell('4', '1.00', ' class="own"')}${cell('', '0.00')}</tr>`,
  );
  expect(html).toContain(`<th scope="row">Worse</th>${cell('50', '0.50')}${cell('50', '0.50')}</tr>`);
  expect(html).toContain(`<th scope="row">Better &lt;</th>${cell('100', '1.00')}${cell('50', '0.50')}</tr>`);
});

it('is empty for runs of earlier releases', () => {
  expect(predictionsHtml([fakeRecord(findRun('norm/none'))])).toBe('');
});
