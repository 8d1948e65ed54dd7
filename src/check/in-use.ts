/** Which kernel variants the command line's default models use on an adapter: each cell's training, validation and generation. */

import { planGeneration } from '../plan/generation.ts';
import { planInference } from '../plan/inference.ts';
import type { Plan } from '../plan/plan.ts';
import { type AdapterProfile, defaultProfile } from '../plan/profile.ts';
import { dispatchesOf, worksOf } from '../plan/step.ts';
import { planTraining } from '../plan/training.ts';
import { type ModelOptions, modelSpec } from '../spec/model.ts';
import { trainSpec } from '../spec/train.ts';

/** A cell as a model's description names it. */
export type CellOptions = Pick<ModelOptions['recurrent'], 'cell' | 'reset'>;

export const cellOptions: readonly CellOptions[] = [
  { cell: 'lstm' },
  { cell: 'gru' },
  { cell: 'gru', reset: 'before' },
  { cell: 'rnn-tanh' },
  { cell: 'rnn-relu' },
];

/** What `retrograde train` does by default: a layer of 128 units over characters, 16 rows of 32 time steps, Adam; with a bound on the norm. */
export function defaultPlans(recurrent: CellOptions): readonly ((profile: AdapterProfile) => { readonly plan: Plan })[] {
  const spec = modelSpec({
    input: { kind: 'tokens', vocabulary: 65 },
    recurrent: { ...recurrent, hiddenSize: 128 },
    output: { kind: 'softmax', classes: 65 },
  });
  const train = trainSpec({ batch: 16, timeSteps: 32, stateful: true, clip: { globalNorm: 1 } });
  return [
    (profile) => planTraining(spec, train, profile),
    (profile) => planInference(spec, { batch: 16, timeSteps: 32, stateful: true, withLoss: true }, profile),
    (profile) => planGeneration(spec, 1, 2, profile),
  ];
}

/** The name of a kernel's variant in the set below. */
export const variantName = ({ name, variant }: { readonly name: string; readonly variant: string }): string => `${name} ${variant}`;

const known = new Map<string, ReadonlySet<string>>();

export function variantsInUse(profile: AdapterProfile): ReadonlySet<string> {
  const key = JSON.stringify(profile);
  const names =
    known.get(key) ??
    new Set(
      cellOptions
        .flatMap((cell) => defaultPlans(cell))
        .flatMap((planOn) => worksOf(dispatchesOf(planOn(profile).plan.steps)))
        .map(({ kernel }) => variantName(kernel)),
    );
  known.set(key, names);
  return names;
}

/** The kinds of adapter that the strategy tells apart: software, a GPU, software that runs four threads as one vector, and a GPU whose products share their operands. */
export const profiles: readonly AdapterProfile[] = [
  defaultProfile,
  { ...defaultProfile, software: false },
  { ...defaultProfile, subgroupSize: 4 },
  { ...defaultProfile, software: false, products: 'shared' },
];

/** Whether default models use this variant on any kind of adapter. */
export const isInUse = (kernel: { readonly name: string; readonly variant: string }): boolean =>
  profiles.some((profile) => variantsInUse(profile).has(variantName(kernel)));
