export { errorCode, errorMessage, errorReason } from './error.js';
export { nearestName } from './nearest-name.js';
export { checkOptions, type OptionNames } from './options.js';
export { type ParseJsonOptions, parseJson } from './parse-json.js';
export { isPlain } from './plain.js';
export { checkShape, isSameShape, isSize, showShape } from './shape.js';
export { expected, printable, show } from './show.js';
export {
  checkFlag,
  checkFunction,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkProbability,
  type NumberRange,
} from './values.js';
