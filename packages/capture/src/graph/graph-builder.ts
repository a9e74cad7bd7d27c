import type { Kind } from '../recording.js';
import { type AttributeValue, FLOAT, type GraphNode } from './graph-def.js';

/** The nodes of a graph, by what they are for. */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [];

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  /** Returns the name of its first output, as all but {@link assign} do. */
  node(
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: Record<string, AttributeValue>,
  ): string {
    this.#nodes.push({ name, op, inputs, attributes });
    return `${name}:0`;
  }

  /** A place where a tensor is fed. */
  placeholder(name: string, { dtype, shape }: Kind): string {
    return this.node(name, 'Placeholder', [], {
      dtype: { kind: 'type', value: dtype },
      shape: { kind: 'shape', value: shape },
    });
  }

  /** The resource of a float32 variable that lives in the graph. */
  handle(name: string, shape: readonly number[]): string {
    return this.node(name, 'VarHandleOp', [], {
      dtype: { kind: 'type', value: FLOAT },
      shape: { kind: 'shape', value: shape },
      shared_name: { kind: 'string', value: name },
    });
  }

  /** Gives a variable a value. Returns `^name`, the input of what has to come after it. */
  assign(name: string, handle: string, value: string): string {
    this.node(name, 'AssignVariableOp', [handle, value], { dtype: { kind: 'type', value: FLOAT } });
    return `^${name}`;
  }

  /** The value of a variable once `after` has run. */
  read(name: string, handle: string, after?: string): string {
    return this.node(name, 'ReadVariableOp', after === undefined ? [handle] : [handle, `^${after}`], {
      dtype: { kind: 'type', value: FLOAT },
    });
  }

  /**
   * An input behind a stop. TensorFlow rewrites graphs: x / √y becomes x · rsqrt(y), x · 0 becomes
   * 0 though x may be NaN, a bias and an activation join a product, and the last bits become
   * others. It does not look through this op, which hands on what it gets in 0.2 µs.
   */
  stopped(name: string, input: string, { dtype, shape }: Kind): string {
    return this.node(name, 'PlaceholderWithDefault', [input], {
      dtype: { kind: 'type', value: dtype },
      shape: { kind: 'shape', value: shape },
    });
  }
}
