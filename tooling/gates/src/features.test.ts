import { expect, test } from 'vitest';
import { areaProblems, compareNames, featuresText, fileProblems } from './features.js';

const value = (name: string) => ({ name, isType: false });

const names = {
  'torch.nn.init': ['trunc_normal_', 'xavier_uniform_'],
  'torch.optim': ['Adam', 'Optimizer', 'RMSprop'],
  'torch.optim.lr_scheduler': ['StepLR'],
  'torch.nn, normalization': ['BatchNorm2d', 'LayerNorm'],
  'torch.nn, dropout': ['Dropout', 'Dropout2d'],
  'torch.nn, losses': ['BCELoss', 'KLDivLoss'],
};

const exported = new Map([
  ['init', [value('truncatedNormal'), value('xavierUniform'), value('fans')]],
  ['optimizers', [value('adam'), value('Adam'), value('ParameterOptimizer'), value('step')]],
  ['normalization', [value('BatchNorm'), { name: 'LayerNorm', isType: true }]],
  ['dropout', [value('dropout'), value('Dropout')]],
  ['nn', [value('binaryCrossEntropy'), value('klDiv')]],
]);

test.each([
  ['torch.nn.init', 'trunc_normal_', ['truncatedNormal']],
  ['torch.nn.init', 'xavier_uniform_', ['xavierUniform']],
  ['torch.optim', 'Adam', ['Adam']],
  ['torch.optim', 'RMSprop', []],
  ['torch.optim.lr_scheduler', 'StepLR', ['step']],
  ['torch.nn, normalization', 'BatchNorm2d', ['BatchNorm']],
  ['torch.nn, normalization', 'LayerNorm', []],
  ['torch.nn, dropout', 'Dropout2d', []],
  ['torch.nn, losses', 'BCELoss', ['binaryCrossEntropy']],
  ['torch.nn, losses', 'KLDivLoss', ['klDiv']],
])('%s: %s is %j here', (area, name, ours) => {
  const found = compareNames(names, exported).find(({ title }) => title === area);
  expect(found?.rows.find((row) => row.name === name)?.ours).toEqual(ours);
});

test('an export that is new names the row to change', () => {
  const before = featuresText('2.15.0', compareNames(names, exported), exported);
  const more = new Map(exported).set('optimizers', [...(exported.get('optimizers') ?? []), value('RMSprop')]);
  const areas = compareNames(names, more);
  const now = featuresText('2.15.0', areas, more);
  expect(fileProblems(before, before, areas)).toEqual([]);
  expect(fileProblems(before, now, areas)).toEqual([
    'torch.optim, row RMSprop: @trainkit/optimizers exports RMSprop',
  ]);
});

test('an export that goes names the row to change, and one that is no name of PyTorch the lists', () => {
  const before = featuresText('2.15.0', compareNames(names, exported), exported);
  const changed = (init: string[]) => {
    const others = new Map(exported).set('init', init.map(value));
    const areas = compareNames(names, others);
    return fileProblems(before, featuresText('2.15.0', areas, others), areas);
  };
  expect(changed(['truncatedNormal', 'fans'])).toEqual([
    'torch.nn.init, row xavier_uniform_: @trainkit/init does not have it',
  ]);
  expect(changed(['truncatedNormal', 'xavierUniform'])).toEqual([
    'its rows are right; the counts or the lists below the tables are not',
  ]);
});

test('a name of the table that nothing has is a problem', () => {
  const problems = areaProblems(names, new Map(exported).set('init', []));
  expect(problems).toContain(
    'torch.nn.init, row trunc_normal_: @trainkit/init does not export truncatedNormal',
  );
  expect(problems).toContain('torch.nn, losses, row NLLLoss2d: PyTorch has no such name');
  expect(areaProblems(names, exported)).not.toContain(
    'torch.nn.init, row trunc_normal_: @trainkit/init does not export truncatedNormal',
  );
});

test('the page counts each area and lists the exports that are in none', () => {
  const text = featuresText('2.15.0', compareNames(names, exported), exported);
  expect(text).toContain('| torch.optim | 2 of 3, 67 % |\n');
  expect(text).toContain('| `RMSprop` | not yet |\n');
  expect(text).toContain('- `@trainkit/init`: `fans`\n');
  expect(text).not.toContain('`adam`');
});
