// Retrograde's inference through its public API: `model.forward` for whole sequences, `model.stream` for one time step after the other.
import type { Data, Weight } from '../data.ts';
import type { Peer } from '../peer.ts';
import { gatheredCallFlop, type Workload } from '../workload.ts';
import { createWorkloadModel } from './retrograde-model.ts';
import { toTimeMajor } from './time-major.ts';

export async function createInference(workload: Workload, data: Data, weights: readonly Weight[]): Promise<Peer> {
  const { work, task, B, T, I } = workload;
  const { device, model } = await createWorkloadModel(workload, weights);
  const width = task === 'A' ? 1 : I;
  const input = toTimeMajor(data.x, B, T, width);
  const stream = work === 'stream' ? model.stream({ batch: B }) : undefined;
  let t = 0;
  return {
    async infer() {
      if (!stream) return (await model.forward({ input, batch: B })).output;
      const from = (t++ % T) * B * width;
      return stream.step(input.subarray(from, from + B * width));
    },
    destroy() {
      stream?.destroy();
      model.destroy();
      device.destroy();
    },
    executedFlop: gatheredCallFlop(workload),
    note: stream ? 'stream.step, states stay on the GPU' : 'model.forward',
  };
}
