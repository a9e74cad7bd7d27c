/**
 * The messages of a check's process, in this order: each part before its check, then the result.
 */
export type CheckMessage =
  | { kind: 'part'; part: string }
  | { kind: 'done'; passed: boolean; text: string }
  | { kind: 'error'; message: string };
