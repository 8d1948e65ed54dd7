import { describe, expect, it } from 'vitest';
import { parameterCount, parameterTable } from '../spec/parameters.ts';
import { smallSpec, smallTraining } from '../testing/models.ts';
import { defaultProfile } from './profile.ts';
import { planTraining } from './training.ts';

const spec = smallSpec({
  input: { kind: 'tokens', vocabulary: 8 },
  recurrent: { cell: 'lstm', hiddenSize: 8 },
  output: { kind: 'softmax', classes: 8 },
});
const train = smallTraining({ batch: 4, timeSteps: 6, stateful: true });
const { plan } = planTraining(spec, train, { ...defaultProfile, kernel: 'sequence' });

describe('what a plan says of itself', () => {
  const described = plan.describe();

  it('counts its steps', () => {
    const dispatches = plan.steps.filter(({ kind }) => kind === 'dispatch').length;
    expect(described.dispatchesChunked).toBe(dispatches);
    expect(described.copies).toBe(plan.steps.length - dispatches);
    expect(described.dispatches).toBe(dispatches);
  });

  it('adds up its bytes', () => {
    const sum = (given: boolean) =>
      described.tensors.filter(({ storage }) => (storage === 'given') === given).reduce((total, { bytes }) => total + bytes, 0);
    expect(described.givenBytes).toBe(sum(true));
    expect(described.bytes).toBeLessThan(sum(false));
    expect(described.bytes).toBe(plan.memory.buffers.reduce((total, { bytes }) => total + bytes, 0));
  });

  it('names every tensor once', () => {
    const names = described.tensors.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(['parameters', 'weights', 'gradients', 'moments', 'gates_l0', 'states_l0', 'cells_l0', 'metrics']),
    );
  });

  it('holds all parameters in the parameters tensor, with padding', () => {
    const parameters = described.tensors.find(({ name }) => name === 'parameters');
    expect(parameters?.bytes).toBeGreaterThanOrEqual(4 * parameterCount(parameterTable(spec)));
  });

  it('counts the operations of the matrix products', () => {
    // recurrent product, twice in reverse; head, twice in reverse: 2·T·B·(4·H·H·3 + H·V·3)
    const products = 2 * 6 * 4 * (4 * 8 * 8 * 3 + 8 * 8 * 3);
    expect(described.flop).toBeGreaterThan(products);
    expect(described.flop).toBeLessThan(2 * products);
  });

  it('lists each kernel variant once', () => {
    expect(new Set(described.kernels).size).toBe(described.kernels.length);
    expect(described.kernels.some((kernel) => kernel.startsWith('sequence-forward lstm'))).toBe(true);
  });

  it('is the same every time it is asked', () => {
    expect(plan.describe()).toEqual(described);
  });
});

describe('a printed plan', () => {
  const [steps, tensors] = plan.print().split('\n\n');

  it('has a line for each step, in order, and one for each tensor', () => {
    expect(steps.split('\n')).toHaveLength(plan.steps.length);
    expect(tensors.split('\n')).toHaveLength(plan.describe().tensors.length);
  });

  it('says phase, label, kernel and workgroups', () => {
    const lines = steps.split('\n');
    expect(lines[0]).toMatch(/^copy +carry in h_l0 +carried_h_l0 -> states_l0 32 elements$/);
    expect(lines.find((line) => line.includes('forward_l0'))).toMatch(
      /^forward +forward_l0 +sequence-forward \(lstm [^)]*\) \d+x1x1 [\d.]+ MFLOP$/,
    );
    expect(lines.filter((line) => /^update +update +update \(adam\)/.test(line))).toHaveLength(1);
  });

  it('says shape, type and storage of a tensor', () => {
    expect(tensors).toContain('gates_l0 [T=6, B=4, P·H=32] f32 3072 bytes temporary');
    expect(tensors).toMatch(/^parameters \[N=\d+\] f32 \d+ bytes given$/m);
  });
});
