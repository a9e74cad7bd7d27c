export { Body, type Doubles, type Lanes } from './body.js';
export { f32, f32x4, f64, f64x2, i32, i32x4, v128 } from './instructions.js';
export {
  type Callable,
  type Functions,
  type Locals,
  type Scalar,
  type SimdFunction,
  type SimdModule,
  simdFunction,
  simdModule,
} from './module.js';
export type { Effect, Local, Operand, Type, Value } from './value.js';
