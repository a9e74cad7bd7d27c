import { Variable } from '@tensorflow/tfjs-core';
import { notParameters } from './parameter-groups.js';

/** Throws unless the value is a list of variables, as `minimize` takes it: without paths. */
export function checkVarList(optimizer: string, varList: unknown): void {
  if (Array.isArray(varList) && varList.every((one) => one instanceof Variable)) return;
  throw notParameters(optimizer, 'varList', varList, 'an array of variables');
}
