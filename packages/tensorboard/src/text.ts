import type { Value } from './event-file.js';
import { DataType } from './proto/tensor_pb.js';

/** What the text plugin shows: a list of one text. */
export function textValue(tag: string, text: string): Value {
  return {
    tag,
    metadata: { pluginData: { pluginName: 'text' } },
    value: {
      case: 'tensor',
      value: {
        dtype: DataType.DT_STRING,
        tensorShape: { dim: [{ size: 1n }] },
        stringVal: [new TextEncoder().encode(text)],
      },
    },
  };
}
