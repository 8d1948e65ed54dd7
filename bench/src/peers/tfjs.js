// Variants: <backend>[-clip]. Plain: tf.layers.lstm + model.trainOnBatch (stock, no clipping).
// clip: the same layers, but a hand-written loop: variableGrads, clip by global norm, applyGradients.
import * as tf from '@tensorflow/tfjs';
import { BETA1, BETA2, CLIP, EPS, LR, requireOneLstm } from '../workload.ts';

const wasmFolder = '/node_modules/@tensorflow/tfjs-backend-wasm/dist/';

async function startBackend(name) {
  if (name === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
  if (name === 'wasm') (await import('@tensorflow/tfjs-backend-wasm')).setWasmPaths(globalThis.WASM_ROOT ?? wasmFolder);
  if (!(await tf.setBackend(name))) throw new Error(`tfjs backend ${name} did not start`);
  await tf.ready();
  if (tf.getBackend() !== name) throw new Error(`tfjs runs on ${tf.getBackend()}`);
}

/**
 * Float32 one-hot rows of int32 ids. Two bugs of 4.22, both silent: on webgpu, transpose of int32.toFloat() is bad WGSL (zeros);
 * on wasm, oneHot with dtype float32 writes integer bits (zeros). Each backend gets the form that works.
 */
function oneHot(ids, shape, depth) {
  const tensor = tf.tensor(ids, shape, 'int32');
  return tf.getBackend() === 'webgpu' ? tf.oneHot(tensor, depth, 1, 0, 'float32') : tf.oneHot(tensor, depth).toFloat();
}

function createLayers({ task, T, I, H, O }, weights, endsInSoftmax) {
  const model = tf.sequential();
  model.add(tf.layers.lstm({ units: H, inputShape: [T, I], returnSequences: task === 'A', recurrentActivation: 'sigmoid' }));
  const dense = tf.layers.dense({ units: O });
  model.add(task === 'A' ? tf.layers.timeDistributed({ layer: dense }) : dense);
  if (endsInSoftmax) model.add(tf.layers.activation({ activation: 'softmax' }));
  model.setWeights(weights.map((weight) => tf.tensor(weight.data, weight.shape)));
  return model;
}

function createStock(model, optimizer, batch) {
  model.compile({ optimizer, loss: 'categoricalCrossentropy' });
  return {
    async step() {
      const [x, y] = tf.tidy(batch);
      const loss = await model.trainOnBatch(x, y);
      tf.dispose([x, y]);
      return loss;
    },
    note: `backend ${tf.getBackend()}, model.trainOnBatch`,
  };
}

/** The loss is summed over time steps, mean over the batch: `targets` per row times the mean. */
function createClipped(model, optimizer, batch, classes, targets) {
  const run = () =>
    tf.tidy(() => {
      const [x, y] = batch();
      const { value, grads } = tf.variableGrads(() =>
        tf.losses.softmaxCrossEntropy(y.reshape([-1, classes]), model.apply(x, { training: true }).reshape([-1, classes])).mul(targets),
      );
      const norm = tf.sqrt(tf.addN(Object.values(grads).map((gradient) => gradient.square().sum())));
      const scale = tf.minimum(tf.div(CLIP, norm), 1);
      for (const name in grads) grads[name] = grads[name].mul(scale);
      optimizer.applyGradients(grads);
      return value.div(targets);
    });
  let last;
  return {
    async step() {
      const loss = run();
      const value = (await loss.data())[0];
      loss.dispose();
      return value;
    },
    run() {
      last?.dispose();
      last = run();
    },
    async sync() {
      await last.data();
    },
    note: `backend ${tf.getBackend()}, variableGrads + clip`,
  };
}

export async function create([name, mode], workload, data, weights) {
  requireOneLstm(workload);
  await startBackend(name);
  const { task, B, T, I, O } = workload;
  const isTokens = task === 'A';
  const model = createLayers(workload, weights, mode !== 'clip');
  const optimizer = tf.train.adam(LR, BETA1, BETA2, EPS);
  const batch = () =>
    isTokens ? [oneHot(data.x, [B, T], I), oneHot(data.y, [B, T], O)] : [tf.tensor3d(data.x, [B, T, I]), oneHot(data.y, [B], O)];
  return mode === 'clip' ? createClipped(model, optimizer, batch, O, isTokens ? T : 1) : createStock(model, optimizer, batch);
}
