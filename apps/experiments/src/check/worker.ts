import { UserError } from '../terminal/user-error.js';
import { checkFile } from './check-file.js';
import type { CheckNews } from './messages.js';

/** The process of one check: the file's code runs here, and may be stopped from outside. */
const [, , file = '', all = ''] = process.argv;

function tell(news: CheckNews, then: () => void = () => undefined): void {
  process.send?.(news, undefined, {}, then);
}

/** Ends once what was told got through; what the file has left running, such as a timer, would keep the process. */
function end(news: CheckNews): void {
  tell(news, () => process.exit(0));
}

checkFile(file, { all: all === '--all', onPart: (part) => tell({ kind: 'part', part }) }).then(
  ({ passed, text }) => end({ kind: 'done', passed, text }),
  (error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    end({ kind: 'error', message: error.message });
  },
);
