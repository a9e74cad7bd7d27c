import { after, numbersOrThrow, once, type Recorder } from '../diagnosis/observation.js';
import { batchNormGoldens as goldens } from '../goldens/batch-norm.js';
import { block } from '../subject/block.js';
import type { MakeBatchNorm } from './interface.js';

const FIRST = block(goldens.first);
const SECOND = block(goldens.second);
const THIRD = block(goldens.third);
const SMALL = block(goldens.small);
const ROW = block(goldens.third.slice(0, 1));
const UPSTREAM = goldens.upstream.flat();

/**
 * The scenario that identifies a BatchNorm. The same calls run on the checked class, on the model
 * and, in goldens/make.py, on PyTorch.
 *
 * There are as many rows as features, so that an average over the wrong axis gives wrong numbers
 * instead of an error. A large eps makes visible at which point of the formula it is added.
 */
export function batchNormScenario(make: MakeBatchNorm, record: Recorder): void {
  const { eps, momentum } = goldens.options;

  const plain = once(() => make(4, { eps, momentum }));
  const first = once(() => plain().forward(FIRST, true));
  record('output in training', first);
  record(
    'running mean after one batch',
    after(first, () => plain().mean()),
  );
  record(
    'running variance after one batch',
    after(first, () => plain().variance()),
  );
  const second = once(after(first, () => plain().forward(SECOND, true)));
  record('output of a second batch', second);
  record(
    'running mean after two batches',
    after(second, () => plain().mean()),
  );
  record(
    'running variance after two batches',
    after(second, () => plain().variance()),
  );
  const third = once(after(second, () => plain().forward(THIRD, false)));
  record('output in evaluation', third);
  record(
    'running mean after an evaluation',
    after(third, () => plain().mean()),
  );
  record(
    'running variance after an evaluation',
    after(third, () => plain().variance()),
  );

  const affine = once(() => make(4, { eps, momentum }));
  record('weight and bias at the start', () => affine().affine());
  const weighted = once(() => {
    affine().setAffine(goldens.weight, goldens.bias);
    return affine();
  });
  record('output with weight and bias', () => weighted().forward(SECOND, true));
  const trained = once(() => make(4, { eps, momentum }));
  const gradients = once(() => {
    trained().setAffine(goldens.weight, goldens.bias);
    return trained().gradients(SECOND, UPSTREAM, true);
  });
  record('gradient of the input', () => numbersOrThrow(gradients().x));
  record('gradient of weight and bias', () => [
    ...numbersOrThrow(gradients().weight),
    ...numbersOrThrow(gradients().bias),
  ]);
  record('output with weight and bias in evaluation', () => weighted().forward(THIRD, false));
  record('gradient of the input in evaluation', () =>
    numbersOrThrow(weighted().gradients(THIRD, UPSTREAM, false).x),
  );

  const byDefault = once(() => make(3));
  const small = once(() => byDefault().forward(SMALL, true));
  record('output with the default options', small);
  record(
    'statistics with the default options',
    after(small, () => [...byDefault().mean(), ...byDefault().variance()]),
  );

  const bare = once(() => make(4, { eps, momentum, affine: false }));
  const bareOutput = once(() => bare().forward(FIRST, true));
  record('output with affine: false', bareOutput);
  record(
    'output for a single row in evaluation',
    after(bareOutput, () => bare().forward(ROW, false)),
  );
}
