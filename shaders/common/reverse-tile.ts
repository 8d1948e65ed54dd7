/**
 * What the reverse recurrent kernels share: a thread owns `tile.rows` batch rows times `4 * tile.vectors` units of dh
 * and adds the recurrent product of the later step's gate gradients to the gradient that comes from above.
 * A turn completes the gradient of row i of states: i = T first (the step t = T - 1), i = 1 last, or with `initial` i = 0, the initial state.
 */
import { type Binding, read, readWrite } from '../kernel.ts';
import { unroll } from '../wgsl.ts';
import { CELLS, type CellKind } from './cell.ts';
import { cellBackward } from './cell-backward.ts';
import { deltaAt, planeRuns, storedDelta } from './handover.ts';
import { LAYER_NORM_UNIFORMS, type LayerNormShape } from './layer-norm.ts';
import { declareAccumulators, productLoop, storeGuard, sumsOf, type Tile, tileColumns } from './product.ts';
import { declareMask, maskedGradient } from './recurrent-dropout.ts';
import { declareNoise, noiseBindings, noiseLabel, noiseUniforms, type RecurrentNoise } from './recurrent-noise.ts';
import { batchRow, firstColumn, forRows, type LeftRows, leftOperand, sharedOperands } from './recurrent-tile.ts';
import { emptySums, fillSums, type TilePlace } from './tile-sums.ts';
import { type CellClip, CLIP_UNIFORMS, type ClippedRows, clipRows, declareClip, type TimeStepClip } from './time-step-clip.ts';
import { declareZonedBackward } from './zoneout.ts';

export interface ReverseOptions extends RecurrentNoise {
  readonly cell: CellKind;
  readonly batch: number;
  readonly timeSteps: number;
  /** A multiple of 4 and of 4 * tile.vectors. */
  readonly hiddenSize: number;
  /** Rows end at time steps of their own, lengths [B] u32, at least 1: past its end a row's gradient passes through. */
  readonly lengths?: boolean;
  /** One turn more: row 0 of outputGradient becomes dL/dh_0; the LSTM's carry ends as dL/dc_0 in any case. */
  readonly initial?: boolean;
  /** LSTM: the carry already holds dL/dc_T. */
  readonly finalCell?: boolean;
  /** dL/dh_t and dL/dc_t of every step are clipped on their way back. */
  readonly clip?: TimeStepClip;
  /** LSTM: with the uniform keptCells 1 the carry has the rows of states, [T + 1, B, H], and ends as dL/dc, row 0 as dL/dc_0, a given dL/dc_T lying in row T; with 0 only row 0 is used, as a carry [B, H]. */
  readonly keepsCells?: boolean;
  /** The products are layer-normalised: layer-norm.ts. */
  readonly layerNorm?: LayerNormShape;
  readonly tile: Tile;
}

/** Turns of a whole sweep, the length of its range. */
export const turnsOf = ({ timeSteps, initial }: ReverseOptions): number => timeSteps + (initial ? 1 : 0);

/** What sets a kernel apart in its variant. */
export function reverseLabel(options: ReverseOptions): string {
  const { lengths, initial, finalCell, clip, keepsCells } = options;
  const marks = { lengths, initial, 'final cell': finalCell, cells: keepsCells, 'clip values': clip?.value, 'clip norms': clip?.norm };
  const names = Object.entries(marks).map(([mark, isOn]) => (isOn ? ` ${mark}` : ''));
  return `${names.join('')}${noiseLabel(options)}`;
}

export const backwardUniforms = (options: ReverseOptions): string[] => [
  'begin',
  'end',
  'weightHidden',
  ...(options.keepsCells ? ['keptCells'] : []),
  ...(options.clip ? CLIP_UNIFORMS : []),
  ...(options.layerNorm ? LAYER_NORM_UNIFORMS : []),
  ...noiseUniforms(options),
];

export const BACKWARD_TYPES = {
  parameters: 'array<vec4f>',
  gates: 'array<vec4f>',
  states: 'array<vec4f>',
  cells: 'array<vec4f>',
  outputGradient: 'array<vec4f>',
  carry: 'array<vec4f>',
  norms: 'array<vec4f>',
  lengths: 'array<u32>',
  clipped: 'array<atomic<u32>>',
  control: 'array<u32>',
};

/**
 * parameters holds U [G·H, H] in PyTorch's order; outputGradient [T + 1, B, H], rows as those of states, becomes dL/dh; carry [B, H]; clipped [2]:
 * common/time-step-clip.ts.
 */
export function backwardBindings(options: ReverseOptions): Binding[] {
  const { cell, lengths, clip, layerNorm } = options;
  const { hasCell, hasCarry } = CELLS[cell];
  return [
    read('parameters'),
    readWrite('gates'),
    ...(hasCell ? [read('cells')] : [read('states')]),
    // layer-normalised, rows that have ended are known from norms
    ...(lengths && !layerNorm ? [read('lengths')] : []),
    readWrite('outputGradient'),
    ...(hasCarry ? [readWrite('carry')] : []),
    ...(layerNorm ? [readWrite('norms')] : []),
    ...(clip ? [readWrite('clipped')] : []),
    ...noiseBindings(options),
  ];
}

const gradientAt = ({ rowTag, vector }: TilePlace): string => `outputGradient[(i * BATCH + row${rowTag}) * UNITS + firstUnit + ${vector}]`;

/** The gradient from above; nothing above looks at the initial state, whose row nobody wrote but zoneout. */
const fromAbove = ({ initial, zoneout }: ReverseOptions, place: TilePlace): string =>
  initial && !zoneout ? `select(vec4f(), ${gradientAt(place)}, i > 0u)` : gradientAt(place);

/** Where dL/dh starts; under recurrent dropout the gradient from above is no part of the product that goes through the mask. */
export const loadOutputGradient = (options: ReverseOptions): string =>
  options.recurrentDropout
    ? declareAccumulators(options.tile)
    : fillSums(sumsOf(options.tile), (_, place) => fromAbove(options, place), { ofRow: batchRow(options) });

/** The row of states whose gradient turn `turn` completes. */
export const rowOfTurn = ({ initial }: ReverseOptions, turn: string): string => (initial ? turn : `${turn} + 1u`);

/** The first turn has no later step, and no carry but one that was given. */
export const declareLast = ({ timeSteps }: ReverseOptions): string => `let isLast = i == ${timeSteps}u;`;
/** Where the carry of h_t lies. */
const carriedAt = ({ keepsCells }: ReverseOptions): string => `row * UNITS + unit${keepsCells ? ' + call.keptCells * (t + 1u) * ROW' : ''}`;
const lastOfCarry = ({ finalCell }: ReverseOptions): string => (finalCell ? 'false' : 'isLast');

/** Past the end of a row no gate moved: its gate gradients are zero, and the gradient goes on to the state before. */
export function declareHold(options: ReverseOptions): string {
  const { planes, hasCarry } = CELLS[options.cell];
  if (!options.lengths) return '';
  return /* wgsl */ `
fn hold(gate: u32, state: u32, carried: u32, isLast: bool) {
  ${unroll(planes, (plane) => `gates[gate + ${plane}u * PLANE] = vec4f();`)}
  outputGradient[state] += outputGradient[state + ROW];
  ${hasCarry ? 'if (isLast) { carry[carried] = vec4f(); }' : ''}
  ${options.keepsCells ? 'carry[carried - call.keptCells * ROW] = carry[carried];' : ''}
}`;
}

/** Whether time step t of a row is one; layer-norm.ts. */
export const isRealStep = ({ lengths, layerNorm }: ReverseOptions): string => {
  if (!lengths) return 'true';
  return layerNorm ? 'norms[STATISTICS + t * BATCH + row].w > 0.0f' : 't < lengths[row]';
};

/** Statement for (t, row, unit): the gate gradients by the cell, in its function `name`, or none past the end of the row. */
export function gateGradients(options: ReverseOptions, name = 'backward'): string {
  const call = `(gate, state, ${carriedAt(options)}, ${lastOfCarry(options)});`;
  const act = `${name}${call}`;
  return options.lengths ? `if (${isRealStep(options)}) { ${act} } else { hold${call} }` : act;
}

/** The cell's function, what clips its gradients, and what holds past the end; `owned`: rows that threads of a workgroup own together, for a clip by norm. */
export const declareCell = (options: ReverseOptions, owned?: ClippedRows): string => `${declareClip(options.clip, owned)}
${declareZonedBackward(options)}
${cellBackward(options)}
${declareHold(options)}`;

/** The clip by norm in turn i > 0, before the gate gradients of the same rows: `each` runs a statement for every (b, row, unit) of the thread. */
export function clipTurn(options: ReverseOptions, owned: ClippedRows, each: (body: string) => string, ofCell?: CellClip): string {
  if (!options.clip?.norm) return '';
  const { hasCell } = CELLS[options.cell];
  const places = { isReal: isRealStep(options), isCarried: lastOfCarry(options), carried: carriedAt(options) };
  return clipRows({ ...owned, hasCell, ...places, ofCell }, each);
}

/**
 * Threads of a step kernel do not own whole rows, so that it leaves what follows a clip by norm to `step-clip-backward`: it completes dL/dh but for
 * the direct path of the GRU, and that is all.
 */
export const leavesGates = ({ clip }: ReverseOptions): boolean => clip?.norm === true;

/** The block of a turn: `body` for each (t, row, unit) of the tile behind `before`, and the end of the initial state's turn, the GRU's direct path. */
export function forTurn(options: ReverseOptions, body: string, before = ''): string {
  const { batch, cell, tile, initial } = options;
  const step =
    body &&
    `let t = i - 1u;
    ${before}
    ${forRows(batch, tile, body)}`;
  if (!initial) return step;
  const { hasCarry, hasCell } = CELLS[cell];
  const direct = hasCarry && !hasCell ? 'outputGradient[row * UNITS + unit] += carry[row * UNITS + unit];' : '';
  return `if (i > 0u) {
      ${step}
    } else {
      ${direct ? forRows(batch, tile, direct) : ''}
    }`;
}

export const storeOutputGradient = (options: ReverseOptions): string =>
  emptyTile(options, (place, sum) => {
    const product = maskedGradient(options, sum, `row${place.rowTag}`, `firstUnit + ${place.vector}`);
    return `${gradientAt(place)} = ${options.recurrentDropout ? `${fromAbove(options, place)} + ${product}` : product};`;
  });

/** A statement with the accumulator of every (row, vec4 of units) that exists. */
export const emptyTile = (options: ReverseOptions, store: (place: TilePlace, sum: string) => string): string =>
  emptySums(sumsOf(options.tile), (_, place, sum) => store(place, sum), {
    ofRow: batchRow(options),
    guard: (place) => storeGuard(options.batch, options.tile, place),
  });

/** What every kernel with a product draws from. */
export const declareReverseNoise = (options: ReverseOptions): string => `${declareNoise(options)}\n${declareMask(options)}`;

/**
 * dh += delta[q] * U[q] over the first `gates` gates of the time step after row i of states, their gradients in `source`; `isStored`: they are read there.
 */
export function laterProduct(
  options: ReverseOptions,
  { gates = CELLS[options.cell].gates, source = 'gates', isStored = false }: { gates?: number; source?: string; isStored?: boolean } = {},
): string {
  const { cell, tile } = options;
  const runs = isStored || tile.staged ? planeRuns(cell, gates) : [{ gate: 0, gates }];
  const delta = (gate: number): LeftRows => (isStored ? storedDelta(cell, gate, 'i', source) : deltaAt(options, gate, 'i', source));
  return runs.map((run) => reverseProduct(options, run.gate, run.gates, delta(run.gate))).join('\n');
}

/** dh += delta[q] * U[q] for the rows of U from gate `firstGate` on; `delta` are the gate gradients. */
export function reverseProduct({ hiddenSize, tile }: ReverseOptions, firstGate: number, gates: number, delta: LeftRows): string {
  const right = (vector: number, k: string): string => `parameters[recurrent + ${k} * UNITS + ${vector}u]`;
  const shared = sharedOperands(delta, (column, k) => `parameters[recurrent + ${k} * UNITS + ${column}]`);
  const loop = productLoop({
    tile,
    inner: gates * hiddenSize,
    left: leftOperand(tile, delta),
    columns: tileColumns(tile, right),
    shared,
  });
  return `{ let recurrent = call.weightHidden / 4u + ${firstGate * hiddenSize}u * UNITS + ${firstColumn(tile)};
    ${loop} }`;
}
