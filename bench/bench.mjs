// The benchmark of the training step: Retrograde and its peers in one run, on one adapter, with the same data, the same starting
// weights and checked losses. `npm run bench -- --help` lists the options.

import { installDependencies } from './host/install.mjs';
import { readOptions, UsageError, usage } from './host/options.mjs';

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
  } else {
    installDependencies();
    const { run } = await import('./host/run.mjs'); // only now: it imports what npm has just installed
    process.exitCode = (await run(options)) ? 0 : 1;
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
