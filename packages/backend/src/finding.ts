/** One finding of the doctor. */
export interface Finding {
  /** True where it is as it should be; `undefined` for what is missing and not needed at the moment. */
  ok: boolean | undefined;
  /** One line. */
  text: string;
}
