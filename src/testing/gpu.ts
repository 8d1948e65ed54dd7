/** Watches what code does to a device, and the small things that every test on a GPU needs. */
import { createRandom } from '../data/random.ts';
import type { Batch, ForwardOptions, Model, TrainSpec } from '../index.ts';
import { valuesPerStep } from '../spec/model.ts';

const CREATORS = [
  'createBuffer',
  'createTexture',
  'createSampler',
  'createBindGroup',
  'createBindGroupLayout',
  'createPipelineLayout',
  'createShaderModule',
  'createComputePipeline',
  'createComputePipelineAsync',
  'createRenderPipeline',
  'createRenderPipelineAsync',
  'createQuerySet',
] as const satisfies readonly (keyof GPUDevice)[];

export interface DeviceWatch {
  /** Calls of each method that makes an object which is no encoder, since the watch began or was cleared. */
  readonly created: readonly string[];
  readonly encoders: number;
  readonly passes: number;
  readonly dispatches: number;
  readonly submits: number;
  /** Bytes of the buffers that were created under the watch and are not destroyed. */
  readonly liveBytes: number;
  readonly liveBuffers: readonly string[];
  clear(): void;
  /** Gives the device its own methods back. */
  end(): void;
}

/** Replaces methods of one device by ones that count; buffers are followed to their end. */
export function watchDevice(device: GPUDevice): DeviceWatch {
  const counts = { created: [] as string[], encoders: 0, passes: 0, dispatches: 0, submits: 0 };
  const alive = new Map<GPUBuffer, string>();
  const restores: (() => void)[] = [];
  const replace = <Owner extends object, Name extends keyof Owner>(
    owner: Owner,
    name: Name,
    wrap: (original: Owner[Name]) => Owner[Name],
  ): void => {
    const original = owner[name];
    owner[name] = wrap(typeof original === 'function' ? original.bind(owner) : original);
    restores.push(() => {
      delete owner[name];
    });
  };
  for (const name of CREATORS) {
    replace(device, name, (original) => {
      const call = original as (...given: readonly unknown[]) => unknown;
      const counted = (...given: readonly unknown[]): unknown => {
        counts.created.push(name);
        const made = call(...given);
        if (name === 'createBuffer') follow(made as GPUBuffer);
        return made;
      };
      return counted as typeof original;
    });
  }
  const follow = (buffer: GPUBuffer): void => {
    alive.set(buffer, buffer.label);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      alive.delete(buffer);
      destroy();
    };
  };
  replace(device, 'createCommandEncoder', (original) => (descriptor) => {
    counts.encoders++;
    const encoder = original(descriptor);
    const begin = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (given) => {
      counts.passes++;
      const pass = begin(given);
      const dispatch = pass.dispatchWorkgroups.bind(pass);
      pass.dispatchWorkgroups = (...sizes) => {
        counts.dispatches++;
        dispatch(...sizes);
      };
      return pass;
    };
    return encoder;
  });
  replace(device.queue, 'submit', (original) => (buffers) => {
    counts.submits++;
    original(buffers);
  });
  return {
    get created() {
      return counts.created;
    },
    get encoders() {
      return counts.encoders;
    },
    get passes() {
      return counts.passes;
    },
    get dispatches() {
      return counts.dispatches;
    },
    get submits() {
      return counts.submits;
    },
    get liveBytes() {
      return [...alive.keys()].reduce((sum, buffer) => sum + buffer.size, 0);
    },
    get liveBuffers() {
      return [...alive.values()];
    },
    clear() {
      Object.assign(counts, { created: [], encoders: 0, passes: 0, dispatches: 0, submits: 0 });
    },
    end() {
      for (const restore of restores) restore();
    },
  };
}

/** Collects what the device reports to nobody; a test that expects no error says so at its end. */
export function watchErrors(device: GPUDevice): string[] {
  const errors: string[] = [];
  device.addEventListener('uncapturederror', (event) => {
    errors.push(event.error.message);
    event.preventDefault();
  });
  return errors;
}

/** A batch of random ids or values that fits the model and its training; the same seed gives the same batch. */
export function randomBatch(
  { spec }: Model,
  { batch, accumulate, timeSteps }: Pick<TrainSpec, 'batch' | 'accumulate' | 'timeSteps'>,
  seed = 1,
): Batch {
  const random = createRandom(seed);
  const rows = batch * accumulate;
  const steps = spec.architecture === 'many-to-one' ? 1 : timeSteps;
  const ids = (length: number, count: number) => Int32Array.from({ length }, () => random.integer(count));
  const values = (length: number) => Float32Array.from({ length }, () => random.normal());
  const { classes, kind } = spec.output;
  const positions = rows * steps;
  return {
    input: randomInput(spec, rows * timeSteps, seed + 1000),
    target:
      kind === 'softmax'
        ? ids(positions, classes)
        : kind === 'sigmoid'
          ? Float32Array.from({ length: positions * classes }, () => random.integer(2))
          : values(positions * classes),
  };
}

/** Ids or values for so many positions. */
export function randomInput({ input }: Model['spec'], positions: number, seed = 1): ForwardOptions['input'] {
  const random = createRandom(seed);
  return input.kind === 'tokens'
    ? Int32Array.from({ length: positions }, () => random.integer(input.vocabulary))
    : Float32Array.from({ length: positions * valuesPerStep(input) }, () => random.normal());
}

/** Random tokens below 7, for streams. */
export const randomTokens = (length: number, seed = 1): Uint32Array => {
  const random = createRandom(seed);
  return Uint32Array.from({ length }, () => random.integer(7));
};

/** Names of the tensors that differ in any bit, with how many elements do. */
export function differences(actual: ReadonlyMap<string, Float32Array>, expected: ReadonlyMap<string, Float32Array>): string[] {
  const names = new Set([...actual.keys(), ...expected.keys()]);
  return [...names].flatMap((name) => {
    const [left, right] = [actual, expected].map((tensors) => new Uint32Array((tensors.get(name) ?? new Float32Array()).slice().buffer));
    if (left.length !== right.length) return [`${name}: ${left.length} elements, wants ${right.length}`];
    const wrong = left.filter((value, index) => value !== right[index]).length;
    return wrong === 0 ? [] : [`${name}: ${wrong} of ${left.length} elements differ`];
  });
}

/** All that an asynchronous generator yields. */
export async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** The largest difference of two arrays, relative to the largest value of the second. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    const gap = Math.abs(actual[index] - expected[index]);
    if (Number.isNaN(gap)) return Number.NaN;
    difference = Math.max(difference, gap);
    size = Math.max(size, Math.abs(expected[index]));
  }
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return size === 0 ? difference : difference / size;
}
