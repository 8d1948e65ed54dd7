// @ts-check
/** `npm run test:long`: trainings to a stated target and whatever else is too slow for `npm test`. */
import { runSuite } from './suite.mjs';

const { failed } = await runSuite([
  { script: 'build' },
  { script: 'test:e2e-views', report: 'playwright' },
  { script: 'test:gpu-long', report: 'vitest' },
  { script: 'test:trainings', report: 'vitest' },
]);
process.exitCode = failed === 0 ? 0 : 1;
