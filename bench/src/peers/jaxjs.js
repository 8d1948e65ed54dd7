// Variants: <device>[-hoist|-eager]. No lax.scan in jax-js, so the time loop is unrolled inside one jit.
// Default: one product per step for the input. hoist: one input product for all steps, then slices. eager: no jit.
// jax-js counts references: an operation consumes its operands, `.ref` keeps one.
import * as jax from '@jax-js/jax';
import { BETA1, BETA2, CLIP, EPS, GATES, LR } from '../workload.ts';

const { numpy: np, nn } = jax;

/** Cells: one step from the input's part [B, GH], bias included, and the states to the next states, of which h comes first. */
const cells = {
  lstm: {
    states: 2,
    step(zx, [h, c], wh) {
      const [i, f, g, o] = np.split(np.matmul(h, wh).add(zx), 4, 1);
      const next = nn
        .sigmoid(f)
        .mul(c)
        .add(nn.sigmoid(i).mul(np.tanh(g)));
      return [nn.sigmoid(o).mul(np.tanh(next.ref)), next];
    },
  },
  gru: {
    states: 1,
    step(zx, [h], wh) {
      const [xr, xz, xn] = np.split(zx, 3, 1);
      const [hr, hz, hn] = np.split(np.matmul(h.ref, wh), 3, 1);
      const n = np.tanh(xn.add(nn.sigmoid(xr.add(hr)).mul(hn)));
      return [n.ref.add(nn.sigmoid(xz.add(hz)).mul(h.sub(n)))];
    },
  },
  'rnn-tanh': { states: 1, step: (zx, [h], wh) => [np.tanh(np.matmul(h, wh).add(zx))] },
};

/**
 * One layer over all time steps, from the input's part [B, GH] of each; consumes what it is given.
 * Returns h [B, H] of each time step.
 */
function runLayer({ cell, B, T, H }, partOf, wh) {
  const { states: count, step } = cells[cell];
  let states = Array.from({ length: count }, () => np.zeros([B, H]));
  const outputs = [];
  for (let t = 0; t < T; t++) {
    states = step(partOf(t), states, wh.ref);
    outputs.push(states[0].ref);
  }
  for (const spent of [...states, wh]) spent.dispose();
  return outputs;
}

/** x: [T, B, I], y: [T*B, O] (A) or [B, O]; the loss is summed over time steps, mean over the batch. One-hot input times an embedding is a product. */
function createLoss(workload, isHoisted) {
  const { task, cell, B, T, I, E, L, H } = workload;
  if (isHoisted && (E > 0 || L > 1)) throw new Error(`hoist: only one layer without embedding is here, got ${L} layers, embedding ${E}`);
  return (parameters, x, y) => {
    const left = [...parameters];
    const embedding = E > 0 && left.shift();
    let outputs;
    for (let layer = 0; layer < L; layer++) {
      const [wx, wh, b] = left.splice(0, 3);
      const below = outputs;
      const inputOf = (t) => {
        if (below) return below[t];
        return embedding ? np.matmul(x.ref.slice(t), embedding.ref) : x.ref.slice(t);
      };
      const width = GATES[cell] * H;
      const projected =
        isHoisted &&
        np
          .matmul(x.reshape([T * B, I]), wx)
          .add(b)
          .reshape([T, B, width]);
      outputs = runLayer(workload, (t) => (projected ? projected.ref.slice(t) : np.matmul(inputOf(t), wx.ref).add(b.ref)), wh);
      for (const spent of projected ? [projected] : [wx, b]) spent.dispose();
    }
    if (!isHoisted) x.dispose();
    if (embedding) embedding.dispose();
    const top = task === 'A' ? np.concatenate(outputs, 0) : outputs.pop();
    if (task !== 'A') for (const spent of outputs) spent.dispose();
    const [wy, by] = left;
    const logProbability = nn.logSoftmax(np.matmul(top, wy).add(by), 1);
    return logProbability
      .mul(y)
      .sum()
      .mul(-1 / B);
  };
}

/** Loss, gradients, clip by global norm, Adam. `corrections` holds the two bias corrections of this step. */
function createUpdate(loss, lossScale) {
  return (parameters, m, v, corrections, x, y) => {
    const [value, gradients] = jax.valueAndGrad(loss)(jax.tree.ref(parameters), x, y);
    let squares = np.array(0);
    for (const gradient of gradients) squares = squares.add(np.square(gradient.ref).sum());
    const scale = np.minimum(np.reciprocal(np.sqrt(squares)).mul(CLIP), 1);
    const updated = parameters.map((parameter, k) => {
      const g = gradients[k].mul(scale.ref);
      const mk = m[k].mul(BETA1).add(g.ref.mul(1 - BETA1));
      const vk = v[k].mul(BETA2).add(np.square(g).mul(1 - BETA2));
      const denominator = np.sqrt(vk.ref.mul(corrections.ref.slice(1))).add(EPS);
      return [parameter.sub(mk.ref.mul(corrections.ref.slice(0)).div(denominator).mul(LR)), mk, vk];
    });
    scale.dispose();
    corrections.dispose();
    return [value.mul(lossScale), ...[0, 1, 2].map((k) => updated.map((triple) => triple[k]))];
  };
}

export async function create([device, mode], workload, data, weights) {
  const available = await jax.init(device);
  if (!available.includes(device)) throw new Error(`jax-js has no ${device}: ${available}`);
  jax.defaultDevice(device);
  const { task, B, T, I, O } = workload;
  const isTokens = task === 'A';
  const update = createUpdate(createLoss(workload, mode === 'hoist'), isTokens ? 1 / T : 1);
  const step = mode === 'eager' ? update : jax.jit(update);

  const zeros = () => weights.map((weight) => np.zeros(weight.shape));
  let parameters = weights.map((weight) => np.array(weight.data).reshape(weight.shape));
  let m = zeros();
  let v = zeros();
  let steps = 0;
  let last;
  const timeMajorOneHot = (ids) => nn.oneHot(np.array(ids).reshape([B, T]).transpose([1, 0]), O);
  const batch = () =>
    isTokens
      ? [timeMajorOneHot(data.x), timeMajorOneHot(data.y).reshape([T * B, O])]
      : [np.array(data.x).reshape([B, T, I]).transpose([1, 0, 2]), nn.oneHot(np.array(data.y), O)];
  const run = () => {
    const [x, y] = batch();
    steps++;
    const corrections = np.array([1 / (1 - BETA1 ** steps), 1 / (1 - BETA2 ** steps)]);
    let loss;
    [loss, parameters, m, v] = step(parameters, m, v, corrections, x, y);
    return loss;
  };
  return {
    async step() {
      const loss = run();
      await jax.blockUntilReady(parameters);
      return (await loss.data())[0];
    },
    run() {
      last?.dispose();
      last = run();
    },
    async sync() {
      await jax.blockUntilReady(parameters);
      await last.data();
    },
    note: `${device}, ${mode ?? 'jit'}, unrolled`,
  };
}
