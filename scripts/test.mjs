// @ts-check
/** `npm test`: everything that must hold before a change lands, in at most ten minutes on two cores. */
import { runSuite } from './suite.mjs';

// neither lane keeps both cores busy: a process starts, or a kernel compiles
const { failed } = await runSuite([
  [[{ script: 'check:types' }, { script: 'lint' }, { script: 'test:unit', report: 'vitest' }], [{ script: 'test:gpu', report: 'vitest' }]],
  { script: 'build' },
  { script: 'test:e2e-page', report: 'playwright' },
]);
process.exitCode = failed === 0 ? 0 : 1;
