/** The messages of the process of a check, in this order: each part before it is checked, then how it ended. */
export type CheckNews =
  | { kind: 'part'; part: string }
  | { kind: 'done'; passed: boolean; text: string }
  | { kind: 'error'; message: string };
