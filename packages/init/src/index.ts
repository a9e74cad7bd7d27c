export type { Shape } from './checks.js';
export { constant, ones, zeros } from './constant.js';
export { type Fans, fans } from './fans.js';
export { calculateGain, type Nonlinearity } from './gain.js';
export { type KaimingOptions, kaimingNormal, kaimingUniform } from './kaiming.js';
export { type LecunOptions, lecunNormal, lecunUniform } from './lecun.js';
export { type NormalOptions, normal } from './normal.js';
export { type UniformOptions, uniform } from './uniform.js';
export { type XavierOptions, xavierNormal, xavierUniform } from './xavier.js';
