import type { Terminal as TrainerTerminal } from '@trainkit/trainer/node';

/** The stream of progress: standard error, so that standard output holds results alone. */
export interface Terminal extends TrainerTerminal {
  /** True to show no progress, where another process does. */
  readonly quiet?: boolean | undefined;
}
