// onnxruntime-web: inference only (one LSTM node + dense), so flopFactor is 1/3. Variants: wasm, webgpu.
import { makeLstmOnnx } from '../onnx.ts';

export async function create([provider], workload, data, weights) {
  if (workload.cell !== 'lstm') throw new Error(`only the LSTM is here, got ${workload.cell}`);
  const { task, B, T, I, O } = workload;
  const isTokens = task === 'A';
  const root = '/node_modules/onnxruntime-web/dist/';
  const ort = await import(`${root}ort.${provider === 'webgpu' ? 'webgpu.' : 'wasm.'}min.mjs`);
  ort.env.wasm.wasmPaths = root;
  const session = await ort.InferenceSession.create(makeLstmOnnx(workload, weights), { executionProviders: [provider] });

  /** The input, [T, B, I]. */
  const batch = () => {
    const values = new Float32Array(T * B * I);
    for (let b = 0; b < B; b++) {
      for (let t = 0; t < T; t++) {
        const to = (t * B + b) * I;
        const from = b * T + t;
        if (isTokens) values[to + data.x[from]] = 1;
        else values.set(data.x.subarray(from * I, from * I + I), to);
      }
    }
    return new ort.Tensor('float32', values, [T, B, I]);
  };
  /** Mean cross entropy of logits [T*B, O] (A) or [B, O] (B). */
  const crossEntropy = (logits) => {
    const n = logits.length / O;
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const row = logits.subarray(k * O, k * O + O);
      const top = Math.max(...row);
      const target = isTokens ? data.y[(k % B) * T + Math.floor(k / B)] : data.y[k];
      sum += top + Math.log(row.reduce((total, z) => total + Math.exp(z - top), 0)) - row[target];
    }
    return sum / n;
  };
  let loss; // computed once: nothing trains, and it is not what is timed
  return {
    flopFactor: 1 / 3,
    async step() {
      const { logits } = await session.run({ x: batch() });
      const values = await logits.getData();
      loss ??= crossEntropy(values);
      return loss;
    },
    note: `INFERENCE ONLY, execution provider ${provider}, ${ort.env.wasm.numThreads} threads`,
  };
}
