import type { NativeAttribute, NativeBinding } from '@trainkit/kernels/node';
import type { AttributeValue } from './graph-def.js';

/** An attribute as the backend gave it to an op, for a graph. */
export function attributeValue(
  { name, type, value }: NativeAttribute,
  binding: NativeBinding,
): AttributeValue {
  const numbers = Array.isArray(value) && value.every((one) => typeof one === 'number') ? value : null;
  switch (type) {
    case binding.TF_ATTR_BOOL:
      if (typeof value === 'boolean') return { kind: 'boolean', value };
      break;
    case binding.TF_ATTR_TYPE:
      if (typeof value === 'number') return { kind: 'type', value };
      break;
    case binding.TF_ATTR_STRING:
      if (typeof value === 'string') return { kind: 'string', value };
      break;
    case binding.TF_ATTR_INT:
      if (typeof value === 'number') return { kind: 'integer', value };
      if (numbers !== null) return { kind: 'integers', value: numbers };
      break;
    case binding.TF_ATTR_FLOAT:
      if (typeof value === 'number') return { kind: 'float', value };
      if (numbers !== null) return { kind: 'floats', value: numbers };
      break;
    case binding.TF_ATTR_SHAPE:
      if (numbers !== null) return { kind: 'shape', value: numbers };
  }
  throw new Error(`it gives an op the attribute ${name} as something that a graph does not know`);
}
