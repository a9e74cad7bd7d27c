import { layerNormGoldens as goldens } from '../goldens/layer-norm.js';
import { block } from '../subject/block.js';
import type { Checked } from '../subject/checked.js';
import { construct } from '../subject/construct.js';
import { type Convention, detectConvention } from '../subject/conventions.js';
import { LayerSubject } from '../subject/layer.js';
import { BIAS, WEIGHT } from '../subject/names.js';
import type { LayerNormOptions, MakeLayerNorm } from './interface.js';

type Make = Convention<number | readonly number[], LayerNormOptions>;

const CONVENTIONS: readonly [Make, ...Make[]] = [
  (shape, options) =>
    options === undefined
      ? [shape]
      : [
          shape,
          {
            ...options,
            epsilon: options.eps,
            ...('elementwiseAffine' in options ? { elementwise_affine: options.elementwiseAffine } : {}),
          },
        ],
  (shape, options) => (options === undefined ? [shape] : [shape, options]),
  (shape, options) =>
    options === undefined ? [shape] : [shape, options.eps, options.elementwiseAffine ?? true],
];

/**
 * The checked LayerNorm as the scenario calls it; everything that it creates is added to `made`.
 */
export function layerNormSubject(subject: unknown, made: { dispose(): void }[]): Checked<MakeLayerNorm> {
  const x = block(goldens.square);
  const open = (args: readonly unknown[]) => new LayerSubject(construct(subject, args), 'LayerNorm');
  const convention = detectConvention(CONVENTIONS, (candidate) =>
    open(candidate(4, { eps: goldens.eps })).run(x, true),
  );
  const make: MakeLayerNorm = (shape, options) => {
    const layer = open(convention(typeof shape === 'number' ? shape : [...shape], options));
    made.push(layer);
    return {
      forward: (input, training) => layer.run(input, training),
      gradients: (input, upstream) => {
        const [dx, weight, bias] = layer.gradients(input, upstream, [WEIGHT, BIAS]);
        return { x: dx!, weight: weight!, bias: bias! };
      },
      affine: () => [...layer.read(WEIGHT), ...layer.read(BIAS)],
      setAffine: (weight, bias) => {
        layer.write(WEIGHT, weight);
        layer.write(BIAS, bias);
      },
    };
  };
  return {
    make,
    warnings: () => {
      const layer = open(convention(4, { eps: goldens.eps }));
      made.push(layer);
      return layer.warnings(x);
    },
  };
}
