import { initialize } from '../data/initialize.ts';
import type { Vocabulary } from '../data/vocabulary.ts';
import { profileOf } from '../gpu/device.ts';
import { createLedger, TENSOR_USAGE } from '../gpu/ledger.ts';
import { readBuffers } from '../gpu/readback.ts';
import { pack, planLayout, unpack } from '../plan/layout.ts';
import { weightContents, weightsTensor } from '../plan/model-tensors.ts';
import { PRODUCT_TILES, type ProductTiles, type RecurrentKernel, WEIGHT_STORAGES, type WeightStorage } from '../spec/engine.ts';
import { InputError } from '../spec/input-error.ts';
import { type ModelOptions, type ModelSpec, modelSpec } from '../spec/model.ts';
import { parameterTable } from '../spec/parameters.ts';
import { type Decoded, type DecodeOptions, decode } from './decode.ts';
import { type ForwardOptions, type ForwardResult, forward } from './forward.ts';
import { type Inspection, type InspectOptions, inspect } from './inspect.ts';
import { forgetState, type ModelState, notAlive, rememberState } from './model-state.ts';
import { createRunCache } from './run-cache.ts';
import { createTester, type Replacement, type SelfTest, type SelfTestMode, withRefusals } from './self-test.ts';
import { createStream, type ModelStream } from './stream.ts';

/** A network on a device: its parameters, and its outputs for a batch or for a stream. */
export interface Model {
  readonly spec: ModelSpec;
  /** Set by the app or by `load`; `generate` reads and writes text with it. */
  vocabulary?: Vocabulary;
  readonly parameters: {
    /** Every parameter by its PyTorch name, in PyTorch layout. */
    read(): Promise<Map<string, Float32Array>>;
    /** Replaces all parameters. Unknown, missing or wrongly sized names throw InputError and change nothing. */
    write(tensors: ReadonlyMap<string, Float32Array>): Promise<void>;
  };
  /** Bytes of GPU memory that the model holds, without its trainers. */
  readonly bytes: number;
  /** What was found about the kernels that this model has needed so far. */
  readonly selfTest: SelfTest;
  /** Outputs and final states of a batch of whole sequences. */
  forward(options: ForwardOptions): Promise<ForwardResult>;
  /** What every gate, hidden state and cell was at each time step of one row of a batch, in order of time. */
  inspect(options: InspectOptions): Promise<Inspection>;
  /** What a network that writes makes of what it reads (encoder-decoder, one-to-many), on the GPU from the first token to the last. */
  decode(options: DecodeOptions): Promise<Decoded>;
  /** Inference one step at a time, with states that stay on the GPU. */
  stream(options: { readonly batch: number }): ModelStream;
  /** Frees the model's GPU memory; never the device. */
  destroy(): void;
}

/** How the engine chooses its kernels; the default decides by the adapter and the sizes. */
export interface EngineOptions {
  /**
   * `sequence`: all time steps of a layer in one dispatch where the adapter can; `step`: one per time step; `wavefront`: one per time step of all layers beside each other,
   * each a step behind the one below, for layers of one direction without layer normalization on a GPU that one of them leaves idle, else as `step`; `auto`: by size.
   */
  readonly kernel?: RecurrentKernel;
  /**
   * How the copies of the parameters lie that every forward kernel reads: `f16` halves their bytes and what a step reads of them, rounded to 11 bits and kept within
   * 65504; parameters, gradients, moments, states and all arithmetic stay f32. Default f32.
   */
  readonly weights?: WeightStorage;
  /**
   * Of a GPU: how the operands of matrix products reach its threads, `shared` through workgroup memory; the sums and their order are the same; `fasterKernel` measures
   * which is faster. A software adapter has registers only. Default `auto`, which is registers.
   */
  readonly products?: ProductTiles;
  /**
   * Operations per millisecond, by which a dispatch that would take longer than 50 ms is cut, without a change in any bit; default: a guess, 3e6 for a software adapter,
   * 1e8 for a GPU. `fasterKernel` measures it.
   */
  readonly flopPerMillisecond?: number;
  /**
   * Whether kernels are held against a Float64 reference on this device before they are used for the first time: `auto` (default) tries one small
   * case of each, the result is known for 7 days; `full` every case that there is; false none.
   */
  readonly selfTest?: SelfTestMode;
  /** Called for each kernel that is wrong on this device and replaced by another; default: a warning on the console. */
  readonly onReplaced?: (replacement: Replacement) => void;
}

/**
 * Makes a model with seeded initial parameters. The device stays the caller's.
 *
 * @throws InputError for a description that is not possible.
 * @example
 * const model = createModel(device, {
 *   input: { kind: 'tokens', vocabulary: 65 },
 *   recurrent: { cell: 'lstm', hiddenSize: 128 },
 *   output: { kind: 'softmax', classes: 65 },
 * });
 */
export function createModel(device: GPUDevice, options: ModelOptions, engine: EngineOptions = {}): Model {
  const spec = modelSpec(options);
  const table = parameterTable(spec);
  const layout = planLayout(table);
  const ledger = createLedger(device);
  const known = profileOf(device);
  const { kernel = 'auto', weights = 'f32', products = 'auto', flopPerMillisecond = known.flopPerMillisecond } = engine;
  if (!(flopPerMillisecond > 0)) throw new InputError(`flopPerMillisecond must be a positive number, got ${flopPerMillisecond}`);
  if (!WEIGHT_STORAGES.includes(weights))
    throw new InputError(`weights must be one of ${WEIGHT_STORAGES.join(', ')}, got ${String(weights)}`);
  if (!PRODUCT_TILES.includes(products))
    throw new InputError(`products must be one of ${PRODUCT_TILES.join(', ')}, got ${String(products)}`);
  const profile = { ...known, kernel, weights, products, flopPerMillisecond };
  const tester = createTester(device, { mode: engine.selfTest, onReplaced: engine.onReplaced });
  let isAlive = true;
  const requireAlive = (): void => {
    if (!isAlive) throw notAlive();
  };
  const state: ModelState = {
    device,
    ledger,
    get profile() {
      return withRefusals(device, profile);
    },
    planTested: (make, first = make(state.profile)) => tester.planTested(first, () => make(state.profile)),
    layout,
    parameters: ledger.create('parameters', layout.elements * 4, TENSOR_USAGE),
    weights: ledger.create('weights', weightsTensor(layout, profile).bytes, TENSOR_USAGE),
    runs: createRunCache(requireAlive),
    requireAlive,
  };
  const write = (tensors: ReadonlyMap<string, Float32Array>): void => {
    requireAlive();
    const flat = pack(layout, tensors);
    device.queue.writeBuffer(state.parameters, 0, flat);
    device.queue.writeBuffer(state.weights, 0, weightContents(layout, flat, profile));
  };
  write(initialize(table, spec.seed));

  const model: Model = {
    spec,
    parameters: {
      async read() {
        requireAlive();
        const [bytes] = await readBuffers(device, [{ buffer: state.parameters, size: layout.elements * 4 }]);
        return unpack(layout, new Float32Array(bytes));
      },
      async write(tensors) {
        write(tensors);
      },
    },
    get bytes() {
      return ledger.bytes + state.runs.bytes;
    },
    get selfTest() {
      return tester.result;
    },
    forward: (forwardOptions) => forward(model, state, forwardOptions),
    inspect: (inspectOptions) => inspect(model, state, inspectOptions),
    decode: (decodeOptions) => decode(model, state, decodeOptions),
    stream: ({ batch }) => createStream(model, state, batch),
    destroy() {
      isAlive = false;
      state.runs.destroyAll();
      ledger.destroyAll();
      forgetState(model);
    },
  };
  rememberState(model, state);
  return model;
}
