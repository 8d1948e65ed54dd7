/** How host and shaders hand each other numbers: their places in small buffers, and what a call's are; for those who may not import shaders. */
export { DEAD } from '../../shaders/beam-step.ts';
export { CONTROL, controlElements, controlRows } from '../../shaders/common/control.ts';
export { METRICS, METRICS_ELEMENTS } from '../../shaders/common/metrics.ts';
export { SAMPLING, SAMPLING_ELEMENTS } from '../../shaders/sample.ts';
export { withImmediates } from '../../shaders/wgsl.ts';
