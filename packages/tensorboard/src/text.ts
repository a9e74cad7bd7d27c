import type { Value } from './event-file.js';
import { DataType } from './proto/tensor_pb.js';

/** What the text plugin shows: a single text, since it draws a table around a list. */
export function textValue(tag: string, text: string): Value {
  return {
    tag,
    metadata: { pluginData: { pluginName: 'text' } },
    value: {
      case: 'tensor',
      value: {
        dtype: DataType.DT_STRING,
        tensorShape: {},
        stringVal: [new TextEncoder().encode(text)],
      },
    },
  };
}
