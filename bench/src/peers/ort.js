// onnxruntime-web, which only infers: one LSTM node and a dense one. Variants: wasm, webgpu. Whole sequences: input from the host, logits to the host.
// A stream: a model of one time step; on webgpu its new states stay on the GPU (outputs as GPU buffers, I/O binding) and are the next call's inputs.
import { makeLstmOnnx } from '../onnx.ts';
import { requireOneLstm } from '../workload.ts';

/** The inputs of all time steps, [T, B, I]; made once, since an app would have them in this form. */
function timeMajorInput({ task, B, T, I }, { x }) {
  const values = new Float32Array(T * B * I);
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const to = (t * B + b) * I;
      const from = b * T + t;
      if (task === 'A') values[to + x[from]] = 1;
      else values.set(x.subarray(from * I, from * I + I), to);
    }
  }
  return values;
}

function createStream(ort, session, { B, T, I, H }, values) {
  const zeros = () => new ort.Tensor('float32', new Float32Array(B * H), [1, B, H]);
  let states = { h: zeros(), c: zeros() };
  let t = 0;
  return async () => {
    const from = (t++ % T) * B * I;
    const x = new ort.Tensor('float32', values.subarray(from, from + B * I), [1, B, I]);
    const { logits, hNext, cNext } = await session.run({ x, ...states });
    for (const spent of Object.values(states)) spent.dispose();
    states = { h: hNext, c: cNext };
    return logits.getData();
  };
}

export async function create([provider], workload, data, weights) {
  requireOneLstm(workload);
  const { work, B, T, I } = workload;
  const root = '/node_modules/onnxruntime-web/dist/';
  const ort = await import(`${root}ort.${provider === 'webgpu' ? 'webgpu.' : 'wasm.'}min.mjs`);
  ort.env.wasm.wasmPaths = root;
  const onGpu = provider === 'webgpu' && work === 'stream';
  const session = await ort.InferenceSession.create(makeLstmOnnx(workload, weights), {
    executionProviders: [provider],
    ...(onGpu && { preferredOutputLocation: { logits: 'cpu', hNext: 'gpu-buffer', cNext: 'gpu-buffer' } }),
  });
  const values = timeMajorInput(workload, data);
  const whole = async () => {
    const { logits } = await session.run({ x: new ort.Tensor('float32', values, [T, B, I]) });
    return logits.getData();
  };
  const states = onGpu ? ', states stay on the GPU' : '';
  return {
    infer: work === 'stream' ? createStream(ort, session, workload, values) : whole,
    note: `INFERENCE ONLY, execution provider ${provider}, ${ort.env.wasm.numThreads} threads${states}`,
  };
}
