// brain.recurrent.LSTM: plain JS on one thread, one sequence at a time, so a "step" here is B weight updates
// (RMSprop-like, per-element clip), not one batch update. T+1 cells per sequence (start/end token). Task A only.
import * as brain from 'brain.js';
import { requireOneLstm } from '../workload.ts';

export async function create(_, workload, data) {
  requireOneLstm(workload);
  const { task, B, T, I, H, O } = workload;
  if (task !== 'A') throw new Error('brain.js LSTM has no many-to-one classification on real-valued input');
  const { recurrent } = brain.default ?? brain;
  const net = new recurrent.LSTM({ inputSize: I, inputRange: I, outputSize: O, hiddenLayers: [H] });
  net.initialize();
  const rows = Array.from({ length: B }, (_row, b) => Array.from(data.x.subarray(b * T, (b + 1) * T)));
  return {
    async step() {
      let nats = 0;
      for (const row of rows) nats += (Math.log(net.trainPattern(row, true) * 100) * (T - 1)) / (T + 1);
      return nats / B;
    },
    note: `CPU JS, ${B} updates of one sequence each per step`,
  };
}
