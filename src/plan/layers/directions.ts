/** The two directions of a layer: what the reverse one reads, and their sweeps side by side. */
import { reverseRows } from '../../../shaders/reverse-rows.ts';
import type { PlanBuilder } from '../builder.ts';
import { elementwiseWorkgroup } from '../strategy.ts';
import type { Tensor } from '../tensor.ts';
import type { RecurrentLayer } from './recurrent.ts';
import type { StackLayer, StackOptions } from './stack.ts';

/** The input of a layer's reverse direction: the forward one's, backwards within each row's length. */
export function planReversedInput(
  builder: PlanBuilder,
  { batch, timeSteps, lengths }: StackOptions,
  { directions }: StackLayer,
  { name, input }: RecurrentLayer,
): void {
  const source = directions[0].input;
  const shape = { batch, timeSteps, lengths: lengths !== undefined, workgroupSize: elementwiseWorkgroup(builder.profile) };
  const bound: Record<string, Tensor> = lengths ? { lengths } : {};
  if (source.kind === 'tokens' && input.kind === 'tokens') {
    const kernel = reverseRows({ ...shape, kind: 'tokens', columns: 1 });
    builder.dispatch(
      'forward',
      `reverse_${name}`,
      kernel,
      { ...bound, source: source.tokens, out: input.tokens },
      { source: source.offset },
    );
  } else if (source.kind === 'rows' && input.kind === 'rows') {
    const kernel = reverseRows({ ...shape, kind: 'vectors', columns: source.columns });
    builder.dispatch('forward', `reverse_${name}`, kernel, { ...bound, source: source.rows, out: input.rows }, { source: source.offset });
  }
}

/**
 * Whether the sweeps of both directions, which do not wait for each other, are dispatched side by side. On a software adapter where each is one dispatch: there steps beside each other
 * take as long, and twice as long to compile.
 */
const areBeside = ({ profile }: PlanBuilder, directions: readonly RecurrentLayer[]): boolean =>
  directions.length > 1 && (!profile.software || directions.every(({ choice }) => choice.kernel === 'sequence'));

/** What is planned before, in and after the sweep of each direction of a layer. */
export function planDirections<Begun>(
  builder: PlanBuilder,
  { directions }: StackLayer,
  before: (direction: RecurrentLayer, index: number) => Begun,
  sweep: (direction: RecurrentLayer, own: PlanBuilder, begun: Begun) => void,
  after: (direction: RecurrentLayer, index: number, begun: Begun) => void = () => {},
): void {
  if (!areBeside(builder, directions)) {
    directions.forEach((direction, index) => {
      const begun = before(direction, index);
      sweep(direction, builder, begun);
      after(direction, index, begun);
    });
    return;
  }
  const begun = directions.map(before);
  builder.together(directions.map((direction, index) => (own: PlanBuilder) => sweep(direction, own, begun[index])));
  directions.forEach((direction, index) => {
    after(direction, index, begun[index]);
  });
}
