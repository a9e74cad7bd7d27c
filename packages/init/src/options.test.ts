import { describeOptions } from '@trainkit/testing/options';
import * as init from './index.js';
import * as layers from './layers.js';

const SHAPE = [2, 3];

describeOptions({
  dirac: (options) => init.dirac([3, 2, 3], options),
  kaimingNormal: (options) => init.kaimingNormal(SHAPE, options),
  kaimingUniform: (options) => init.kaimingUniform(SHAPE, options),
  lecunNormal: (options) => init.lecunNormal(SHAPE, options),
  lecunUniform: (options) => init.lecunUniform(SHAPE, options),
  normal: (options) => init.normal(SHAPE, options),
  orthogonal: (options) => init.orthogonal(SHAPE, options),
  sparse: (options) => init.sparse(SHAPE, options),
  truncatedNormal: (options) => init.truncatedNormal(SHAPE, options),
  uniform: (options) => init.uniform(SHAPE, options),
  xavierNormal: (options) => init.xavierNormal(SHAPE, options),
  xavierUniform: (options) => init.xavierUniform(SHAPE, options),
});

const { eye, ones, zeros, ...withOptions } = layers;
describeOptions(withOptions, { entry: './layers' });
