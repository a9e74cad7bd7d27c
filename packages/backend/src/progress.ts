/** The progress of an installation. */
export interface InstallProgress {
  /** The current step, in a few words. */
  step: string;
  /** The bytes done so far, if known. */
  done?: number | undefined;
  /** The bytes in total, if known. */
  total?: number | undefined;
}

/** Receives the progress of an installation; called often. */
export type ProgressReporter = (progress: InstallProgress) => void;

/** One line for people: `Downloading TensorFlow 2.15.1: 103 of 207 MB`. */
export function progressText({ step, done, total }: InstallProgress): string {
  if (done === undefined) return step;
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  return total === undefined
    ? `${step}: ${megabytes(done)} MB`
    : `${step}: ${megabytes(done)} of ${megabytes(total)} MB`;
}
