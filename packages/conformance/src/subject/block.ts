/** Numbers and their shape. */
export interface Block {
  readonly data: readonly number[];
  readonly shape: readonly number[];
}

/** Nested arrays of one shape. */
export type Nested = number | readonly Nested[];

/** Nested arrays as flat numbers with their shape. */
export function block(nested: Nested): Block {
  return { data: flatten(nested), shape: shapeOf(nested) };
}

/** All numbers of nested arrays. */
function flatten(nested: Nested): number[] {
  return typeof nested === 'number' ? [nested] : nested.flatMap(flatten);
}

function shapeOf(nested: Nested): number[] {
  if (typeof nested === 'number') return [];
  return [nested.length, ...(nested[0] === undefined ? [] : shapeOf(nested[0]))];
}
