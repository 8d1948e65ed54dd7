import { readBuffers } from '../gpu/readback.ts';
import { METRICS, METRICS_ELEMENTS } from '../plan/host-tables.ts';
import type { ParameterLayout } from '../plan/layout.ts';
import { lowestFirst } from '../plan/watch.ts';
import type { TrainerState } from './trainer-state.ts';

/** Where in a layer infinity or NaN began. */
export interface NotFinitePlace {
  /** `l0`, `l0_reverse`, `encoder.l0`, ... */
  readonly layer: string;
  /** Hidden states, met by the forward sweep, or ∂L/∂h, met by the reverse sweep while all states were finite. */
  readonly of: 'states' | 'gradient';
  /** The first time step that the sweep met, from 1 on, in the order in which the direction reads. */
  readonly timeStep: number;
  readonly timeSteps: number;
}

export interface NotFinite {
  readonly step: number;
  /** The first parameter with such a gradient that the reverse sweep met: the head before the layers, upper layers before lower ones. */
  readonly parameter: string;
  /** Absent where every state and every ∂L/∂h is finite: then the parameter's own sum left the numbers. */
  readonly place?: NotFinitePlace;
}

/** A gradient that was not finite ended a training; parameters are as the last good step left them, carried states want `resetStates()`. */
export class NotFiniteError extends Error implements NotFinite {
  readonly step: number;
  readonly parameter: string;
  readonly place?: NotFinitePlace;

  constructor({ step, parameter, place }: NotFinite, wanted: string) {
    super(`the gradient of ${parameter} must be finite, got infinity or NaN in step ${step}${place ? `, ${began(place)}` : ''}: ${wanted}`);
    this.step = step;
    this.parameter = parameter;
    this.place = place;
  }
}

const began = ({ layer, of, timeStep, timeSteps }: NotFinitePlace): string =>
  of === 'states'
    ? `where the states of ${layer} leave the numbers at time step ${timeStep} of ${timeSteps}`
    : `where ∂L/∂h of ${layer} leaves the numbers at time step ${timeStep} of ${timeSteps}`;

/** What the metrics entry of a step says of a gradient that was not finite, if it does. */
export function notFiniteIn(ring: ArrayBuffer, slot: number, step: number, { packed }: ParameterLayout): NotFinite | undefined {
  const mark = new Uint32Array(ring)[slot * METRICS_ELEMENTS + METRICS.notFinite];
  return mark === 0 ? undefined : { step, parameter: packed[mark - 1].parameter.name };
}

/** Adds where it began, as the GPU has left it since; to be asked before another step is submitted. */
export async function located(notFinite: NotFinite, trainer: TrainerState): Promise<NotFinite> {
  const { executor } = await trainer.start();
  const layers = trainer.training.finite;
  const read = await readBuffers(
    trainer.device,
    layers.map(({ places }) => ({ buffer: executor.bufferOf(places), size: places.bytes })),
  );
  const place = firstPlace(layers.map((layer, index) => ({ ...layer, marks: new Uint32Array(read[index]) })));
  return place ? { ...notFinite, place } : notFinite;
}

/** Layers in the order of the reverse sweep, each with its marks [A, 2, T]: states, then ∂L/∂h. */
export function firstPlace(
  layers: readonly { readonly name: string; readonly timeSteps: number; readonly marks: Uint32Array }[],
): NotFinitePlace | undefined {
  const isMarked = ({ marks, timeSteps }: (typeof layers)[number], kind: number, t: number): boolean =>
    Array.from({ length: marks.length / (2 * timeSteps) }, (_, part) => marks[(2 * part + kind) * timeSteps + t]).some(
      (mark) => mark !== 0,
    );
  const steps = (timeSteps: number): number[] => Array.from({ length: timeSteps }, (_, t) => t);
  for (const layer of lowestFirst(layers)) {
    const t = steps(layer.timeSteps).find((each) => isMarked(layer, 0, each));
    if (t !== undefined) return { layer: layer.name, of: 'states', timeStep: t + 1, timeSteps: layer.timeSteps };
  }
  for (const layer of layers) {
    const t = steps(layer.timeSteps).findLast((each) => isMarked(layer, 1, each));
    if (t !== undefined) return { layer: layer.name, of: 'gradient', timeStep: t + 1, timeSteps: layer.timeSteps };
  }
  return undefined;
}
