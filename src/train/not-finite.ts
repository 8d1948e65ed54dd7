import { METRICS, METRICS_ELEMENTS } from '../plan/host-tables.ts';
import type { ParameterLayout } from '../plan/layout.ts';

/** A gradient that was not finite ended a training; parameters are as the last good step left them, carried states want `resetStates()`. */
export class NotFiniteError extends Error {
  readonly step: number;
  /** The first parameter with such a gradient that the reverse sweep met: the head before the layers, upper layers before lower ones. */
  readonly parameter: string;

  constructor({ step, parameter }: NotFinite, wanted: string) {
    super(`the gradient of ${parameter} must be finite, got infinity or NaN in step ${step}: ${wanted}`);
    this.step = step;
    this.parameter = parameter;
  }
}

export interface NotFinite {
  readonly step: number;
  readonly parameter: string;
}

/** What the metrics entry of a step says of a gradient that was not finite, if it does. */
export function notFiniteIn(ring: ArrayBuffer, slot: number, step: number, { packed }: ParameterLayout): NotFinite | undefined {
  const mark = new Uint32Array(ring)[slot * METRICS_ELEMENTS + METRICS.notFinite];
  return mark === 0 ? undefined : { step, parameter: packed[mark - 1].parameter.name };
}
