// The second half of `pnpm build`: compiles the addon into the cache folder where a C++ compiler is
// installed, so that tests find it. Where there is no compiler, or it fails, the build goes on:
// whoever needs the addon is told then. But TRAINKIT_STRICT_COMPILER=1, as in continuous
// integration, makes every warning an error of the build.
import { errorMessage } from '@trainkit/checks';
import { displayCompilation, provideAddon } from '@trainkit/native/build';

const { end, ...display } = displayCompilation();
try {
  await provideAddon({ download: false, ...display });
} catch (error) {
  if (process.env['TRAINKIT_STRICT_COMPILER'] === '1') throw error;
  console.error(`The native backend's addon is not compiled: ${errorMessage(error)}.`);
} finally {
  end();
}
