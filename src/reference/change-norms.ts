import { updateNorms } from './update-norms.ts';

/** L2 norm of all parameters after an update, and of what it changed, the difference as f32 has it. */
export const changeNorms = (parameters: Float32Array, before: Float32Array): readonly [number, number] =>
  updateNorms(
    parameters,
    parameters.map((after, index) => (after === before[index] ? 0 : after - before[index])),
  );
