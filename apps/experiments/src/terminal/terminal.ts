import type { Terminal as TrainerTerminal } from '@trainkit/trainer/node';

/** The stream of progress: standard error, so that standard output contains only results. */
export interface Terminal extends TrainerTerminal {
  /** True to show no progress, if another process does. */
  readonly quiet?: boolean | undefined;
}
