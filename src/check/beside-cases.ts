/** Kernels beside each other in a dispatch, as a wavefront over two layers has them: a layer at a time step, the product with W of the step before, the other layer at the step before that. */
import { beside, type Part, uniformOf, untilOf } from '../../shaders/beside.ts';
import { CELLS, type CellKind } from '../../shaders/common/cell.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { type MatmulOptions, matmul } from '../../shaders/matmul.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import { chooseProduct } from '../plan/strategy.ts';
import { beside as besideTwin, type TwinPart } from '../reference/beside.ts';
import { matmul as matmulTwin } from '../reference/matmul.ts';
import type { Call } from '../reference/options.ts';
import { stepBackward as backwardTwin } from '../reference/step-backward.ts';
import { stepForward as forwardTwin } from '../reference/step-forward.ts';
import { type BackwardShape, backwardCase, backwardForms } from './backward-case.ts';
import { unwritten } from './case-buffers.ts';
import { type ForwardShape, forwardCase, forwardForms } from './forward-case.ts';
import { profiles } from './in-use.ts';
import { type HostBuffers, type KernelCase, written } from './kernel-case.ts';
import { type RecurrentShape, shapeLabel } from './recurrent-shape.ts';
import { quickLayer, type RecurrentTile, recurrentTiles, sharedTiles } from './tiles.ts';
import { activations, chained } from './tolerance.ts';

/** A part, its twin, its own buffers, and its calls, the first of which comes as many turns late. */
interface Role {
  readonly kernel: Kernel;
  readonly twin: TwinPart['twin'];
  readonly buffers: HostBuffers;
  readonly calls: readonly Call[];
  readonly late: number;
  /** Bindings that are those of another role. */
  readonly shares?: Readonly<Record<string, string>>;
}

const namesOf = ({ kernel, shares = {} }: Role, part: number): Record<string, string> =>
  Object.fromEntries(kernel.bindings.map(({ name }) => [name, shares[name] ?? uniformOf(name, part)]));

const partOf = (role: Role, part: number): Part => ({ kernel: role.kernel, names: Object.values(namesOf(role, part)) });

/** The calls of all roles in one turn, each with its workgroups, or without any before its first and after its last. */
function turnOf(roles: readonly Role[], turn: number): Call {
  let until = 0;
  return Object.assign(
    {},
    ...roles.map(({ kernel, calls, late }, part) => {
      const call = calls[turn - late];
      if (call) until += kernel.workgroups[0];
      const values = Object.entries(call ?? {}).map(([name, value]) => [uniformOf(name, part), value]);
      return { ...Object.fromEntries(values), [untilOf(part)]: until };
    }),
  );
}

function caseOfRoles(
  made: () => readonly Role[],
  { label, tolerance, unspecified }: Pick<KernelCase, 'label' | 'tolerance'> & { readonly unspecified: readonly string[] },
): KernelCase {
  const kernel = beside(made().map(partOf));
  return {
    kernel,
    label,
    tolerance,
    make() {
      const roles = made();
      const turns = Math.max(...roles.map(({ calls, late }) => calls.length + late));
      const calls = Array.from({ length: turns }, (_, turn) => turnOf(roles, turn));
      const buffers = roles.flatMap((role, part) =>
        Object.entries(namesOf(role, part)).flatMap(([name, place]) => (role.shares?.[name] ? [] : [[place, role.buffers[name]]])),
      );
      const twins = roles.map((role, part): TwinPart => ({ twin: role.twin, names: namesOf(role, part) }));
      return {
        buffers: Object.fromEntries(buffers),
        calls,
        expected(twin) {
          for (const call of calls) besideTwin(twins, call, twin);
          return written(kernel, twin, unspecified);
        },
      };
    },
  };
}

/** The product between the layers, of B rows of one time step after the other, with the recurrent weights of the first role once more. */
function productRole(
  sizes: Pick<MatmulOptions, 'rows' | 'columns' | 'inner' | 'leftStride' | 'outStride'>,
  profile: AdapterProfile,
  calls: readonly Readonly<Record<'left' | 'right' | 'out', number>>[],
  shares: Readonly<Record<string, string>>,
): Role {
  const { rows, columns } = sizes;
  const options: MatmulOptions = {
    ...sizes,
    left: 'rows',
    right: 'rows',
    rightStride: columns,
    bias: false,
    parts: 1,
    ...chooseProduct(profile, rows, [columns], false),
  };
  const twin: TwinPart['twin'] = (call, buffers) => matmulTwin(options, call, buffers);
  return { kernel: matmul(options), twin, buffers: {}, calls: calls.map((call) => ({ begin: 0, bias: 0, ...call })), late: 1, shares };
}

/** The same role on weights of another, whose places `call` has. */
const onWeightsOf = (role: Role, name: string, { weightHidden, biasHidden }: Call): Role => ({
  ...role,
  shares: { [name]: uniformOf(name, 0) },
  calls: role.calls.map((call) => ({ ...call, weightHidden, ...(biasHidden !== undefined && { biasHidden }) })),
});

const [forwardForm] = forwardForms.filter(({ isSequence }) => !isSequence);
const [backwardForm] = backwardForms.filter(({ isSequence }) => !isSequence);

interface Wave {
  readonly cell: CellKind;
  readonly profile: AdapterProfile;
  readonly tiles: Readonly<Record<'forward' | 'backward', RecurrentTile>>;
}

const timeSteps = 3;

/** The lower layer reads tokens and hands its states to the product, which makes the gates of the upper one. */
function forwardWave({ cell, profile, tiles }: Wave): KernelCase {
  const { gates, planes } = CELLS[cell];
  const shape = { ...tiles.forward, cell, timeSteps, bias: 'both' } as const;
  const { batch, hiddenSize } = shape;
  const layer = (input: ForwardShape['input'], late: number): Role => {
    const { kernel, make } = forwardCase(forwardForm, { ...shape, input }, {});
    const twin: TwinPart['twin'] = (call, buffers) => forwardTwin({ ...shape, input, recurrentBias: true, inputBias: true }, call, buffers);
    return { kernel, twin, late, ...(make() as Pick<Role, 'buffers' | 'calls'>) };
  };
  const sizes = { rows: batch, columns: gates * hiddenSize, inner: hiddenSize, leftStride: hiddenSize, outStride: planes * hiddenSize };
  const roles = (): readonly Role[] => {
    const [lower, upper] = [layer('tokens', 0), layer('projected', 2)];
    const [{ weightHidden }] = lower.calls;
    const places = lower.calls.map(({ begin: t }) => ({
      left: (t + 1) * batch * hiddenSize,
      right: weightHidden,
      out: t * batch * planes * hiddenSize,
    }));
    const product = productRole(sizes, profile, places, { left: 'states_0', right: 'weights_0', out: 'gates_2' });
    const made = { ...upper.buffers, gates: unwritten(upper.buffers.gates.length) };
    return [lower, product, onWeightsOf({ ...upper, buffers: made }, 'weights', lower.calls[0])];
  };
  // a plain RNN's plane holds the sum before the activation, or nothing
  const unspecified = planes === 1 ? ['gates_0', 'gates_2'] : [];
  return caseOfRoles(roles, { label: labelOf(shape), tolerance: activations, unspecified });
}

/** The upper layer hands its gate gradients to the product, which makes the lower one's gradients from above. */
function backwardWave({ cell, profile, tiles }: Wave): KernelCase {
  const { gates, planes } = CELLS[cell];
  const shape: BackwardShape = { ...tiles.backward, cell, timeSteps };
  const { batch, hiddenSize } = shape;
  const layer = (late: number): Role => {
    const { kernel, make } = backwardCase(backwardForm, shape, {});
    return { kernel, twin: (call, buffers) => backwardTwin(shape, call, buffers), late, ...(make() as Pick<Role, 'buffers' | 'calls'>) };
  };
  const sizes = { rows: batch, columns: hiddenSize, inner: gates * hiddenSize, leftStride: planes * hiddenSize, outStride: hiddenSize };
  const roles = (): readonly Role[] => {
    const [upper, lower] = [layer(0), layer(2)];
    const [{ weightHidden }] = upper.calls;
    const places = upper.calls.map(({ begin: t }) => ({
      left: t * batch * planes * hiddenSize,
      right: weightHidden,
      out: (t + 1) * batch * hiddenSize,
    }));
    const product = productRole(sizes, profile, places, { left: 'gates_0', right: 'parameters_0', out: 'outputGradient_2' });
    const made = { ...lower.buffers, outputGradient: unwritten(lower.buffers.outputGradient.length) };
    return [upper, product, onWeightsOf({ ...lower, buffers: made }, 'parameters', upper.calls[0])];
  };
  return caseOfRoles(roles, { label: labelOf(shape), tolerance: chained, unspecified: [] });
}

const labelOf = (shape: RecurrentShape): string => `two layers, ${shapeLabel(shape, {})}`;

const [, gpu, lanes, shared] = profiles;
const tilesBy = (made: (direction: 'forward' | 'backward') => RecurrentTile): Wave['tiles'] => ({
  forward: made('forward'),
  backward: made('backward'),
});
/** The first tile of a kind. */
const first = (tiles: readonly RecurrentTile[], isWanted: (tile: RecurrentTile) => boolean = () => true): RecurrentTile => {
  const found = tiles.find(isWanted);
  if (!found) throw new Error('the strategy must have a tile of every kind');
  return found;
};

const waves: readonly Wave[] = [
  ...(['lstm', 'gru', 'rnn-tanh', 'rnn-relu'] as const).map((cell) => ({
    cell,
    profile: gpu,
    tiles: tilesBy((direction) => quickLayer(cell, direction)),
  })),
  { cell: 'lstm', profile: shared, tiles: tilesBy((direction) => first(sharedTiles('lstm', direction))) },
  {
    cell: 'lstm',
    profile: lanes,
    tiles: tilesBy((direction) => first(recurrentTiles('lstm', direction), ({ tile }) => tile.lanes !== undefined)),
  },
];

export const besideCases: readonly KernelCase[] = waves.flatMap((wave) => [forwardWave(wave), backwardWave(wave)]);
