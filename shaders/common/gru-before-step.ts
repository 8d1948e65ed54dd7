/** The frame of the two forward step kernels of the GRU with reset before: some gates, one product, one activation, t = begin. */
import type { Kernel } from '../kernel.ts';
import type { StepForwardOptions } from '../step-forward.ts';
import { declareBindings, declareUniforms, wgsl } from '../wgsl.ts';
import { activation } from './activation.ts';
import { declareForward, storeAccumulators } from './forward-step.ts';
import { initialAccumulators } from './initial-sums.ts';
import { declareTile, tileLabel } from './product.ts';
import {
  declareShape,
  FORWARD_TYPES,
  forRows,
  forwardBindings,
  forwardLabel,
  forwardUniforms,
  type LeftRows,
  recurrentProduct,
} from './recurrent-tile.ts';
import { stepEntry, stepWork } from './step-entry.ts';

export function gruBeforeForwardStep(
  name: string,
  options: StepForwardOptions,
  gates: readonly number[],
  operand: LeftRows,
  activate: string,
): Kernel {
  const { batch, hiddenSize, input, tile } = options;
  const bindings = forwardBindings(options);
  const uniforms = [...forwardUniforms(options), 'block'];
  const code = wgsl`
${declareTile(tile, gates.length)}
${declareUniforms(uniforms)}
${declareBindings(bindings, FORWARD_TYPES)}
${declareShape('gru-before', batch, hiddenSize)}
${activation}
${declareForward(options)}

${stepEntry(
  options,
  `let t = call.begin;
    ${initialAccumulators(options, gates)}
    ${recurrentProduct(options, gates, operand)}
    ${storeAccumulators(options, gates)}
    ${forRows(
      batch,
      tile,
      `let gate = (t * BATCH + row) * PLANES * UNITS + unit;
        let state = (t * BATCH + row) * UNITS + unit;
        ${activate}`,
    )}`,
)}`;
  return {
    name,
    options,
    variant: `${input} ${tileLabel(tile)}${forwardLabel(options)}`,
    code,
    bindings,
    uniforms,
    ...stepWork(options),
    flop: 2 * gates.length * batch * hiddenSize * hiddenSize,
  };
}
