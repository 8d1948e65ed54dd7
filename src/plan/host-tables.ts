/** The places of numbers in the small buffers that host and shaders share; the shaders' tables, for those who may not import shaders. */
export { DEAD } from '../../shaders/beam-step.ts';
export { CONTROL, controlElements, controlRows } from '../../shaders/common/control.ts';
export { METRICS, METRICS_ELEMENTS } from '../../shaders/common/metrics.ts';
export { SAMPLING, SAMPLING_ELEMENTS } from '../../shaders/sample.ts';
