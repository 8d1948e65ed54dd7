/** Whole training steps on an adapter: against the same model made of Float64 twins over many time steps, and against themselves. */
import type { AdapterProfile } from '../plan/profile.ts';
import { createModel } from '../train/model.ts';
import { createTrainer } from '../train/trainer.ts';
import { caseNumbers } from './case-buffers.ts';
import { smallTraining } from './gradient-check.ts';
import type { CellOptions } from './in-use.ts';
import type { CaseResult } from './run-case.ts';
import { compare, exact, ofLargest, worstOf } from './tolerance.ts';
import { compareSteps, createTwin, runEngine, runTwin } from './twin-model.ts';

const nameOf = ({ cell, reset }: CellOptions): string => (reset === 'before' ? `${cell} reset before` : cell);

/** With PyTorch's first weights the rounding errors of one time step fade over the next ones as the gradient does. */
const overTime = ofLargest(1e-5, 'gradients summed over all positions, in f32');
/** As small as the other trainings: what their kernels have in common is compiled once. */
const long = { width: smallTraining.width, batch: smallTraining.batch, timeSteps: 200, layers: 1, bias: 'both' } as const;

/** Loss and every gradient of one layer over 200 time steps, with the kind of kernel that the profile says: fast exp and tanh have collapsed units at such lengths. */
export async function checkOverTime(device: GPUDevice, { cell, reset }: CellOptions, profile: AdapterProfile): Promise<CaseResult> {
  const chain = createTwin({ cell, ...(reset === 'before' && { reset }), ...long }, 1 / Math.sqrt(long.width));
  for (const { states, cells } of chain.layers) for (const values of [states, cells]) values.fill(0);
  const engine = await runEngine(device, chain, profile);
  return {
    kernel: 'training-over-time',
    variant: `${nameOf({ cell, reset })} ${profile.kernel}`,
    label: `batch ${long.batch}, T ${long.timeSteps}, hidden ${long.width}`,
    why: overTime.why,
    ...worstOf(compareSteps(engine, runTwin(chain), overTime)),
  };
}

const repeatedSteps = 3;
const noise = { dropout: 0.2, recurrentDropout: 0.2, zoneout: 0.1 };

/** Some training, with every kind of noise if wanted, twice from the same seed: the same bits. */
export async function checkRepeats(device: GPUDevice, cell: CellOptions, isNoisy: boolean): Promise<CaseResult> {
  const train = () => trainedParameters(device, { ...cell, ...(isNoisy && noise) });
  const [first, second] = [await train(), await train()];
  const tolerance = { ...exact, why: 'the same seed gives the same bits' };
  return {
    kernel: 'training-repeated',
    variant: nameOf(cell),
    label: `${repeatedSteps} steps of batch ${smallTraining.batch}, T ${smallTraining.timeSteps}, ${smallTraining.layers} layers of ${smallTraining.width}${isNoisy ? ', dropout and zoneout' : ''}`,
    why: tolerance.why,
    ...worstOf([...first].map(([name, bits]) => compare(name, second.get(name) ?? [], bits, tolerance))),
  };
}

/** The bits of each parameter after training. */
async function trainedParameters(device: GPUDevice, recurrent: CellOptions): Promise<ReadonlyMap<string, Uint32Array>> {
  const { batch, timeSteps, vocabulary, width, layers } = smallTraining;
  const model = createModel(
    device,
    {
      input: { kind: 'tokens', vocabulary, embedding: width },
      recurrent: { ...recurrent, hiddenSize: width, layers },
      output: { kind: 'softmax', classes: vocabulary },
    },
    { selfTest: false },
  );
  const trainer = createTrainer(model, { batch, timeSteps, optimizer: { kind: 'sgd', learningRate: 0.1 } });
  try {
    const numbers = caseNumbers(67);
    const ids = (): Int32Array => Int32Array.from(numbers.below(timeSteps * batch, vocabulary));
    for (let step = 0; step < repeatedSteps; step++) await trainer.step({ input: ids(), target: ids() });
    const parameters = await model.parameters.read();
    return new Map([...parameters].map(([name, values]) => [name, new Uint32Array(values.slice().buffer)]));
  } finally {
    trainer.destroy();
    model.destroy();
  }
}
