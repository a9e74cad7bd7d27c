import { numbersOrThrow, once, type Recorder } from '../diagnosis/observation.js';
import { layerNormGoldens as goldens } from '../goldens/layer-norm.js';
import { block } from '../subject/block.js';
import type { MakeLayerNorm } from './interface.js';

const SQUARE = block(goldens.square);
const CUBE = block(goldens.cube);
const WIDE = block(goldens.wide);
const THIN = block(goldens.thin);
const UPSTREAM = goldens.upstream.flat();

/**
 * The scenario that identifies a LayerNorm. The same calls run on the checked class, on the model
 * and, in goldens/make.py, on PyTorch.
 *
 * There are as many rows as features, so that an average over the wrong axis gives wrong numbers
 * instead of an error.
 */
export function layerNormScenario(make: MakeLayerNorm, record: Recorder): void {
  const { eps } = goldens;

  const plain = once(() => make(4, { eps }));
  record('output', () => plain().forward(SQUARE, true));
  record('output in evaluation', () => plain().forward(SQUARE, false));
  record('weight and bias at the start', () => plain().affine());

  const affine = once(() => {
    const layer = make(4, { eps });
    layer.setAffine(goldens.weight, goldens.bias);
    return layer;
  });
  record('output with weight and bias', () => affine().forward(SQUARE, true));
  const gradients = once(() => affine().gradients(SQUARE, UPSTREAM));
  record('gradient of the input', () => numbersOrThrow(gradients().x));
  record('gradient of weight and bias', () => [
    ...numbersOrThrow(gradients().weight),
    ...numbersOrThrow(gradients().bias),
  ]);

  record('output for three dimensions', () => make(4, { eps }).forward(CUBE, true));
  record('output for two normalized dimensions', () => make([3, 4], { eps }).forward(CUBE, true));
  record('output with elementwiseAffine: false', () =>
    make(5, { eps, elementwiseAffine: false }).forward(WIDE, true),
  );
  record('output with the default options', () => make(3).forward(THIN, true));
}
