/** Runs before each file of GPU tests: a model does not test its kernels unless it is told to, since other tests do, one by one. */
import { setDefaultSelfTest } from '../train/self-test.ts';

setDefaultSelfTest(false);
