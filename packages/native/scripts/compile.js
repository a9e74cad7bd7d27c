// The second half of `pnpm build`: compiles the addon into the cache folder where a C++ compiler is installed, so that
// tests find it. Without a compiler nothing fails: whoever needs the addon is told then.
import { errorMessage } from '@trainkit/checks';
import { CompilerMissing, displayCompilation, provideAddon } from '@trainkit/native/build';

const { end, ...display } = displayCompilation();
try {
  await provideAddon({ download: false, ...display });
} catch (error) {
  if (!(error instanceof CompilerMissing)) throw error;
  console.error(`The native backend's addon is not compiled: ${errorMessage(error)}.`);
} finally {
  end();
}
