export {
  BatchNorm,
  type BatchNormFunctionOptions,
  type BatchNormOptions,
  batchNorm,
} from './batch-norm.js';
export { LayerNorm, type LayerNormFunctionOptions, type LayerNormOptions, layerNorm } from './layer-norm.js';
