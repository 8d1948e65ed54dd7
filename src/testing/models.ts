/** Small models and every choice that decides how a plan looks, for tests that go through them all. */
import { type ModelOptions, type ModelSpec, modelSpec, type RecurrentOptions } from '../spec/model.ts';
import { type TrainOptions, type TrainSpec, trainSpec } from '../spec/train.ts';

/** Every cell that the kernels know: the GRU in both of its forms. */
export const cells = {
  'rnn-tanh': { cell: 'rnn-tanh' },
  'rnn-relu': { cell: 'rnn-relu' },
  gru: { cell: 'gru' },
  'gru-before': { cell: 'gru', reset: 'before' },
  lstm: { cell: 'lstm' },
} as const satisfies Record<string, Omit<RecurrentOptions, 'hiddenSize'>>;

export type CellName = keyof typeof cells;
export const cellNames = Object.keys(cells) as CellName[];

export const inputs = {
  'one-hot': { kind: 'tokens', vocabulary: 7 },
  embedding: { kind: 'tokens', vocabulary: 7, embedding: 6 },
  vectors: { kind: 'vectors', size: 5 },
} as const satisfies Record<string, ModelOptions['input']>;

export type InputName = keyof typeof inputs;
export const inputNames = Object.keys(inputs) as InputName[];

export interface SmallOptions extends Partial<Omit<ModelOptions, 'recurrent'>> {
  readonly recurrent?: Partial<RecurrentOptions>;
}

/** A model of 7 classes, odd sizes everywhere; an LSTM of width 3 over one-hot tokens unless told otherwise: wider ones compile longer. */
export function smallModel({ recurrent, ...rest }: SmallOptions = {}): ModelOptions {
  return {
    input: inputs['one-hot'],
    output: { kind: 'softmax', classes: 7 },
    ...rest,
    recurrent: { cell: 'lstm', hiddenSize: 3, ...recurrent },
  };
}

export const smallSpec = (options?: SmallOptions): ModelSpec => modelSpec(smallModel(options));

/** Batch 3, 4 time steps unless told otherwise. */
export const smallTraining = (options: Partial<TrainOptions> = {}): TrainSpec => trainSpec({ batch: 3, timeSteps: 4, ...options });

/** Every cell with every input, 1 to 3 layers. */
export const variants: readonly {
  readonly cell: CellName;
  readonly input: InputName;
  readonly layers: number;
  readonly spec: ModelSpec;
}[] = cellNames.flatMap((cell) =>
  inputNames.flatMap((input) =>
    [1, 2, 3].map((layers) => ({
      cell,
      input,
      layers,
      spec: smallSpec({ input: inputs[input], recurrent: { ...cells[cell], layers } }),
    })),
  ),
);
