import type { ProductTiles, RecurrentKernel, WeightStorage } from '../spec/engine.ts';

/** What a plan needs to know of an adapter, as plain data; a plan can be made for an adapter that is not here. */
export interface AdapterProfile {
  /** A CPU pretends to be a GPU (SwiftShader, lavapipe): registers and few threads win there, many threads on a GPU. */
  readonly software: boolean;
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupsPerDimension: number;
  /** Rate by which dispatches are cut so that none runs longer than the work budget. */
  readonly flopPerMillisecond: number;
  /** No dispatch may be expected to run longer: watchdogs kill at 2 to 10 s, browsers discuss 0.5 s, a page wants frames. */
  readonly budgetMilliseconds: number;
  /** Threads of every subgroup where WGSL may use them and all have the same number; 0 otherwise. */
  readonly subgroupSize: number;
  /** Which recurrent kernel a model gets: one dispatch per layer, one per time step, or by size. */
  readonly kernel: RecurrentKernel;
  /** Which tiles products have on a GPU; software adapters have none in workgroup memory. */
  readonly products: ProductTiles;
  /** How the copies of the parameters lie that the forward sweep reads. */
  readonly weights: WeightStorage;
  /** Kernels that were found wrong on the adapter: `name` in every tile, or `name tile`; the strategy takes others where there are any. */
  readonly refused: readonly string[];
}

/** WebGPU's guaranteed limits and the rate of a 2-core software adapter: a plan that holds anywhere. */
export const defaultProfile: AdapterProfile = Object.freeze({
  software: true,
  maxStorageBufferBindingSize: 134_217_728,
  maxBufferSize: 268_435_456,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupsPerDimension: 65_535,
  flopPerMillisecond: 3e6,
  budgetMilliseconds: 50,
  subgroupSize: 0,
  kernel: 'auto',
  products: 'auto',
  weights: 'f32',
  refused: Object.freeze([]),
});
