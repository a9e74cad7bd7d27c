import type { Value } from './event-file.js';
import { DataType } from './proto/tensor_pb.js';

/** The value of the text plugin: a scalar text, since the plugin draws a table around a list. */
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
