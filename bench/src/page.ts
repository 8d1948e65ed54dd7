// Runs in the page (or in Node with a navigator.gpu stand-in): one peer at one size, driven from outside in slices.
import { makeData, makeWeights } from './data.ts';
import { gpuErrors, installProbe } from './gpu-probe.ts';
import { createMeasurement, type Measurement, type MeasurementOptions } from './measurement.ts';
import type { Peer, PeerModule } from './peer.ts';
import type { Workload } from './workload.ts';

let peer: Peer;
let measurement: Measurement;
let createMs: number;

/** Each library is a bundle of its own in dist/LIBRARY/, so that one that does not build cannot stop the others. */
const load = (library: string): Promise<unknown> => import(new URL(`../${library}/${library}.js`, import.meta.url).href);

const calls = {
  /** Creates the peer, takes its first step and its warm-up steps. */
  async startPeer(library: string, variant: readonly string[], workload: Workload, options: MeasurementOptions): Promise<void> {
    installProbe();
    const module = (await load(library)) as PeerModule;
    const began = performance.now();
    peer = await module.create(variant, workload, makeData(workload), makeWeights(workload));
    createMs = performance.now() - began;
    measurement = createMeasurement(peer, workload, options);
    await measurement.start();
  },
  /** Resolves to true when the peer needs no more turns. */
  slicePeer: () => measurement.slice(),
  /** Resolves to the row. */
  async finishPeer(): Promise<Record<string, unknown>> {
    const row = { createMs, ...(await measurement.finish()) };
    await peer.destroy?.();
    return gpuErrors.length > 0 ? { ...row, gpuErrors } : row;
  },
  async runCeiling(): Promise<unknown> {
    return ((await load('ceiling')) as { ceiling(): Promise<unknown> }).ceiling();
  },
};

Object.assign(globalThis, calls, { pageReady: true });
