/** One finding of the doctor. */
export interface Finding {
  /** True if it is in order; `undefined` if it is missing and not needed. */
  ok: boolean | undefined;
  /** The finding in one line. */
  text: string;
}
