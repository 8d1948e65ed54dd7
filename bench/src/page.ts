// Runs in the page (or in Node with a navigator.gpu stand-in): one peer at one size, driven from outside in slices.
import { type Data, makeData, makeWeights } from './data.ts';
import { gpuErrors, installProbe } from './gpu-probe.ts';
import { createMeasurement, type Measurement, type MeasurementOptions } from './measurement.ts';
import { crossEntropy, toBase64 } from './outputs.ts';
import type { Peer, PeerModule } from './peer.ts';
import type { Workload } from './workload.ts';

let peer: Peer;
let workload: Workload;
let data: Data;
let measurement: Measurement;
let createMs: number;

/** What a peer that infers adds to its row: its outputs, and of whole sequences their loss, which a training run begins with too. */
async function inferred(): Promise<Record<string, unknown>> {
  const { outputs } = measurement;
  if (outputs.length === 0) return {};
  const loss = workload.work === 'sequences' && crossEntropy(workload, data, outputs[0]);
  return { outputs: await toBase64(outputs), ...(loss !== false && { loss1: loss, losses: [loss] }) };
}

/** Each library is a bundle of its own in dist/LIBRARY/, so that one that does not build cannot stop the others. */
const load = (library: string): Promise<unknown> => import(new URL(`../${library}/${library}.js`, import.meta.url).href);

const calls = {
  /** Creates the peer, takes its first step and its warm-up steps. */
  async startPeer(library: string, variant: readonly string[], size: Workload, options: MeasurementOptions): Promise<void> {
    installProbe();
    const module = (await load(library)) as PeerModule;
    workload = size;
    data = makeData(workload);
    const weights = makeWeights(workload);
    const began = performance.now();
    peer = await module.create(variant, workload, data, weights);
    createMs = performance.now() - began;
    measurement = createMeasurement(peer, workload, options);
    await measurement.start();
  },
  /** Resolves to true when the peer needs no more turns. */
  slicePeer: () => measurement.slice(),
  /** Resolves to the row; `outputs` of one that infers are base64. */
  async finishPeer(): Promise<Record<string, unknown>> {
    const row = { createMs, ...(await measurement.finish()), ...(await inferred()) };
    await peer.destroy?.();
    return gpuErrors.length > 0 ? { ...row, gpuErrors } : row;
  },
  async runCeiling(): Promise<unknown> {
    return ((await load('ceiling')) as { ceiling(): Promise<unknown> }).ceiling();
  },
};

Object.assign(globalThis, calls, { pageReady: true });
