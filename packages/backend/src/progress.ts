/** How far an installation is. */
export interface InstallProgress {
  /** What is being done, a few words. */
  step: string;
  /** Bytes done so far, where that is known. */
  done?: number | undefined;
  /** Bytes in all, where that is known. */
  total?: number | undefined;
}

/** Hears how far an installation is; called often. */
export type ProgressReporter = (progress: InstallProgress) => void;

/** One line for people: `Downloading TensorFlow 2.15.1: 103 of 207 MB`. */
export function progressText({ step, done, total }: InstallProgress): string {
  if (done === undefined) return step;
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  return total === undefined
    ? `${step}: ${megabytes(done)} MB`
    : `${step}: ${megabytes(done)} of ${megabytes(total)} MB`;
}
