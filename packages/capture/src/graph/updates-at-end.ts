import type { GraphNode } from './graph-def.js';

/** A node that waits for others, and does nothing. */
const BARRIER = 'beforeUpdates';

/** Ops that look at values, and fail where these are not allowed. */
const CHECKING = new Set(
  'Div FloorDiv FloorMod GatherNd GatherV2 Mod Pow ScatterNd SparseSoftmaxCrossEntropyWithLogits UnsortedSegmentSum'.split(
    ' ',
  ),
);

/**
 * The nodes, with each update of a variable in place behind all that does not depend on one: where
 * a part of the step fails, no variable has changed. And whether that holds for all parts that
 * check values, and which nodes run before all updates.
 *
 * @param fetched the outputs that are fetched, without which nothing runs
 * @param updates the names of the nodes that update
 */
export function updatesAtEnd(
  nodes: readonly GraphNode[],
  fetched: readonly string[],
  updates: ReadonlySet<string>,
): { nodes: GraphNode[]; updatesLast: boolean; beforeUpdates: ReadonlySet<string> } {
  if (updates.size === 0) {
    return { nodes: [...nodes], updatesLast: true, beforeUpdates: new Set(nodes.map(({ name }) => name)) };
  }
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const running = new Set<string>();
  const toVisit = fetched.map(nodeOf);
  for (let name = toVisit.pop(); name !== undefined; name = toVisit.pop()) {
    if (running.has(name)) continue;
    running.add(name);
    toVisit.push(...(byName.get(name)?.inputs ?? []).map(nodeOf));
  }
  const after = new Map<string, boolean>();
  const isAfter = (name: string): boolean => {
    const known = after.get(name);
    if (known !== undefined) return known;
    const inputs = (byName.get(name)?.inputs ?? []).map(nodeOf);
    const value = inputs.some((input) => updates.has(input) || isAfter(input));
    after.set(name, value);
    return value;
  };
  const earlier = nodes.filter(({ name }) => running.has(name) && !updates.has(name) && !isAfter(name));
  // Those that another one waits for need not be waited for.
  const waited = new Set(earlier.flatMap(({ inputs }) => inputs.map(nodeOf)));
  const last = earlier.filter(({ name, op }) => !waited.has(name) && op !== 'VarHandleOp');
  const barrier = { name: BARRIER, op: 'NoOp', inputs: last.map(({ name }) => `^${name}`), attributes: {} };
  const behind = (node: GraphNode) => updates.has(node.name) && !isAfter(node.name);
  return {
    nodes: [
      ...nodes.map((node) => (behind(node) ? { ...node, inputs: [...node.inputs, `^${BARRIER}`] } : node)),
      barrier,
    ],
    updatesLast: !nodes.some(({ name, op }) => running.has(name) && isAfter(name) && CHECKING.has(op)),
    beforeUpdates: new Set(earlier.map(({ name }) => name)),
  };
}

/** The name of the node of an input. */
function nodeOf(input: string): string {
  return input.replace(/^\^/, '').replace(/:.*$/, '');
}
