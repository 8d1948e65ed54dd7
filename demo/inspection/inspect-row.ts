/** Gates, cells and states of one example or one stretch of text, read from the GPU between two training steps. */
import type { LayerInspection as Inside } from '../../src/index.ts';
import type { Inspectable, Inspection, LayerInspection, Plane, PlaneName } from '../protocol.ts';
import { forward as asked } from './forward-options.ts';

/** Longer texts would be strips that nobody can read. */
const mostTokens = 64;

/** @returns nothing where there is no example and no text to read */
export async function inspectRow(inspectable: Inspectable): Promise<Inspection | undefined> {
  // as far as a gradient goes back, so that states and gradients stand over the same time steps
  const options = asked(inspectable, Math.min(mostTokens, inspectable.trainer.spec.timeSteps));
  if (!options) return undefined;
  const { layers } = await inspectable.model.inspect(options.forward);
  return {
    step: inspectable.trainer.steps,
    // a vocabulary may cut a text elsewhere
    ...(options.read?.length === layers[0].timeSteps && { read: options.read }),
    layers: layers.map(layerOf),
  };
}

const layerOf = (inside: Inside): LayerInspection => ({
  name: inside.name,
  cell: inside.cell,
  timeSteps: inside.timeSteps,
  units: inside.hiddenSize,
  planes: planesOf(inside),
});

/** In the order in which they are worked out: gates, then what they make. */
export function planesOf({ cell, gates, hidden, cells }: Pick<Inside, 'cell' | 'gates' | 'hidden' | 'cells'>): Plane[] {
  const isState = (name: string): boolean => name === 'candidate';
  return [
    ...Object.entries(gates).map(([name, values]): Plane => ({ name: name as PlaneName, values, scale: isState(name) ? 'state' : 'gate' })),
    ...(cells ? [{ name: 'cell', values: cells, scale: 'state' } satisfies Plane] : []),
    { name: cell.startsWith('rnn') ? 'unit' : 'hidden', values: hidden, scale: 'state' },
  ];
}
