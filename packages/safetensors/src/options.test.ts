import { describeOptions } from '@trainkit/testing/options';
import { decodeSafetensors, encodeSafetensors } from './index.js';

describeOptions({
  decodeSafetensors: (options) => decodeSafetensors(encodeSafetensors({}), options),
  encodeSafetensors: (options) => encodeSafetensors({}, options),
});
