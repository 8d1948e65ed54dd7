/** What `monitor` saw of the recurrent layers in the last step, as numbers: decoded from what the watch left on the GPU. */
import type { WatchedLayer } from '../plan/watch.ts';
import { type GradientDecay, gradientDecay } from './gradient-decay.ts';

/** Norms of a gradient at each time step, and how they change on the way back. */
export interface TimeNorms extends GradientDecay {
  /** ‖∂L/∂h_t‖ over the whole batch, t = 1 .. T in the order in which the direction reads; not a number where it was not finite. */
  readonly norms: Float64Array;
}

/** The gradient of one direction of one layer through time. */
export interface LayerTimeNorms extends TimeNorms {
  /** `l0`, `l0_reverse`, `encoder.l0`, ... */
  readonly name: string;
  /** LSTM: the same of ∂L/∂c_t. */
  readonly cell?: TimeNorms;
}

/** What one step showed. */
export interface MeasuredNorms {
  readonly step: number;
  readonly layers: readonly LayerTimeNorms[];
}

/** How much of one direction of one layer is stuck, as shares in [0, 1] of all its units at all time steps of all rows. */
export interface LayerHealth {
  readonly name: string;
  /** Of each gate by name: below 0.01, above 0.99. */
  readonly gates: Readonly<Record<string, { readonly closed: number; readonly open: number }>>;
  /** Of tanh by name (an RNN's `unit`; `candidate` of GRU and LSTM; tanh of the LSTM's `cell`): beyond ±0.99. */
  readonly saturated: Readonly<Record<string, number>>;
  /** ReLU: how many of its units were 0 for the whole batch at every time step. */
  readonly dead?: { readonly units: number; readonly share: number };
}

/** One entry of the ring [entries, A, kinds, T, 2] of (exponent, sum of squares as f32 bits). */
export function decodeTimeNorms({ name, timeSteps, norms: tensor }: WatchedLayer, bytes: ArrayBuffer, entry: number): LayerTimeNorms {
  const [entries, parts, kinds] = tensor.shape;
  const elements = tensor.elements / entries;
  const words = new Uint32Array(bytes, entry * elements * 4, elements);
  const sums = new Float32Array(bytes, entry * elements * 4, elements);
  const norm = (place: number): number => (words[place] === 255 ? Number.NaN : Math.sqrt(sums[place + 1]) * 2 ** (words[place] - 127));
  const decode = (kind: number): TimeNorms => {
    const norms = Float64Array.from({ length: timeSteps }, (_, t) =>
      Math.hypot(...Array.from({ length: parts }, (_, part) => norm(2 * ((part * kinds + kind) * timeSteps + t)))),
    );
    return { norms, ...gradientDecay(norms) };
  };
  return { name, ...decode(0), ...(kinds > 1 && { cell: decode(1) }) };
}

/** [A, H / 4, vectors, 4]; `units` of the padded ones are real. */
export function decodeHealth({ name, things, hiddenSize }: WatchedLayer, units: number, bytes: ArrayBuffer): LayerHealth {
  const counts = new Uint32Array(bytes);
  const vectors = 1 + 2 * things.length;
  const parts = counts.length / (vectors * hiddenSize);
  const ofUnit = (unit: number, vector: number): number => {
    let sum = 0;
    for (let part = 0; part < parts; part++)
      sum += counts[((part * hiddenSize) / 4 + Math.floor(unit / 4)) * vectors * 4 + vector * 4 + (unit % 4)];
    return sum;
  };
  const every = Array.from({ length: units }, (_, unit) => unit);
  const total = (vector: number): number => every.reduce((sum, unit) => sum + ofUnit(unit, vector), 0);
  const positions = total(0);
  const gates: Record<string, { closed: number; open: number }> = {};
  const saturated: Record<string, number> = {};
  let dead: LayerHealth['dead'];
  for (const [index, { name: thing, kind }] of things.entries()) {
    const [low, high] = [1 + 2 * index, 2 + 2 * index];
    if (kind === 'gate') gates[thing] = { closed: total(low) / positions, open: total(high) / positions };
    else if (kind !== 'relu') saturated[thing] = (total(low) + total(high)) / positions;
    else {
      const silent = every.filter((unit) => ofUnit(unit, low) === ofUnit(unit, 0)).length;
      dead = { units: silent, share: silent / units };
    }
  }
  return { name, gates, saturated, ...(dead && { dead }) };
}
