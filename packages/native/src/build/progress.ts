/** A display of a compilation on a stream. */
export interface CompileDisplay {
  /** Shows a few words about what happens. */
  onStep: (step: string) => void;
  /** Shows how many of the translation units are compiled. */
  onProgress: (done: number, total: number) => void;
  /** Ends the line. */
  end: () => void;
}

/**
 * One line on a terminal that counts on; elsewhere (a log, a pipe) one line for each step, without
 * counts.
 */
export function displayCompilation(
  stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stderr,
  title = 'Compiling the native backend, once',
): CompileDisplay {
  let drawn = '';
  const show = (text: string) => {
    if (text === drawn) return;
    stream.write(stream.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
    drawn = text;
  };
  return {
    onStep: show,
    onProgress: (done, total) => show(stream.isTTY ? `${title}: ${done} of ${total}` : title),
    end() {
      if (stream.isTTY && drawn !== '') stream.write('\n');
    },
  };
}
