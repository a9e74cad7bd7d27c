import { bytes, float, integer, type Message, message } from './protobuf.js';

/*
 * TensorFlow's GraphDef and SavedModel, by the field numbers of its .proto files (graph.proto,
 * node_def.proto, attr_value.proto, tensor.proto, meta_graph.proto, saved_model.proto).
 */

/** Of TensorFlow's `DataType`. */
export const FLOAT = 1;

/** A value of an attribute, by its kind. */
export type AttributeValue =
  | { kind: 'string'; value: string }
  | { kind: 'integer'; value: number }
  | { kind: 'float'; value: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'type'; value: number }
  | { kind: 'shape'; value: readonly number[] | null }
  | { kind: 'tensor'; dtype: number; shape: readonly number[]; content: Uint8Array }
  | { kind: 'integers' | 'types' | 'floats' | 'booleans'; value: readonly (number | boolean)[] };

/** One operation of a graph. */
export interface GraphNode {
  /** Unique; letters and digits, `_` not at first. */
  name: string;
  op: string;
  /** `name:output`, or `^name` for what only has to come before. */
  inputs: readonly string[];
  attributes: Readonly<Record<string, AttributeValue>>;
}

/** The version that graphs are written for; newer readers know what it meant. */
const PRODUCER = 1087;

/**
 * The bytes of a `saved_model.pb` that holds this graph, and nothing else: no variables, no
 * signature.
 */
export function savedModel(nodes: readonly GraphNode[], tag: string): Uint8Array {
  const isolated = nodes.some(({ op }) => op === ISOLATED_SOFTMAX);
  const graph = message(
    ...nodes.map((node) => bytes(1, nodeDef(node))),
    ...(isolated ? [bytes(2, bytes(1, softmaxFunction()))] : []), // library
    bytes(4, integer(1, PRODUCER)), // versions
  );
  const metaGraph = message(bytes(1, bytes(4, tag)), bytes(2, graph));
  return message(integer(1, 1), bytes(2, metaGraph));
}

/**
 * A function of a float32 tensor that calls Softmax. In a graph oneDNN takes the place of
 * TensorFlow's own op, and rounds otherwise; in the body of a function that must not be inlined it
 * does not.
 */
export const ISOLATED_SOFTMAX = 'TrainkitSoftmax';

function softmaxFunction(): Message {
  const type = { kind: 'type', value: FLOAT } as const;
  const argument = (name: string) => message(bytes(1, name), integer(3, FLOAT));
  return message(
    // signature: name, input_arg, output_arg
    bytes(
      1,
      message(bytes(1, ISOLATED_SOFTMAX), bytes(2, argument('logits')), bytes(3, argument('probabilities'))),
    ),
    bytes(3, nodeDef({ name: 'body', op: 'Softmax', inputs: ['logits'], attributes: { T: type } })),
    bytes(4, entry('probabilities', 'body:softmax:0')), // ret
    bytes(5, entry('_noinline', attributeValue({ kind: 'boolean', value: true }))), // attr
  );
}

function entry(key: string, value: string | Message): Message {
  return message(bytes(1, key), bytes(2, value));
}

function nodeDef({ name, op, inputs, attributes }: GraphNode): Message {
  return message(
    bytes(1, name),
    bytes(2, op),
    ...inputs.map((input) => bytes(3, input)),
    ...Object.entries(attributes).map(([key, value]) =>
      bytes(5, message(bytes(1, key), bytes(2, attributeValue(value)))),
    ),
  );
}

function attributeValue(attribute: AttributeValue): Message {
  switch (attribute.kind) {
    case 'string':
      return bytes(2, attribute.value);
    case 'integer':
      return integer(3, attribute.value);
    case 'float':
      return float(4, attribute.value);
    case 'boolean':
      return integer(5, attribute.value);
    case 'type':
      return integer(6, attribute.value);
    case 'shape':
      return bytes(7, shapeProto(attribute.value));
    case 'tensor':
      return bytes(
        8,
        message(
          integer(1, attribute.dtype),
          bytes(2, shapeProto(attribute.shape)),
          bytes(4, attribute.content),
        ),
      );
    case 'integers':
      return list(attribute.value, (value) => integer(3, value));
    case 'floats':
      return list(attribute.value, (value) => float(4, Number(value)));
    case 'booleans':
      return list(attribute.value, (value) => integer(5, value));
    case 'types':
      return list(attribute.value, (value) => integer(6, value));
  }
}

function list(values: readonly (number | boolean)[], field: (value: number | boolean) => Message): Message {
  return bytes(1, message(...values.map(field)));
}

function shapeProto(shape: readonly number[] | null): Message {
  if (shape === null) return integer(3, true); // of unknown rank
  return message(...shape.map((size) => bytes(2, integer(1, size))));
}
