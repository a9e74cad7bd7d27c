import { UserError } from '../terminal/user-error.js';
import { checkFile } from './check-file.js';
import type { CheckMessage } from './messages.js';

/** The process of one check. The file's code runs here, so that the parent can stop it. */
const [, , file = '', all = ''] = process.argv;

function send(news: CheckMessage, then: () => void = () => undefined): void {
  process.send?.(news, undefined, {}, then);
}

/** Sends the last message and then ends the process, which a timer of the file would keep alive. */
function end(news: CheckMessage): void {
  send(news, () => process.exit(0));
}

checkFile(file, { all: all === '--all', onPart: (part) => send({ kind: 'part', part }) }).then(
  ({ passed, text }) => end({ kind: 'done', passed, text }),
  (error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    end({ kind: 'error', message: error.message });
  },
);
