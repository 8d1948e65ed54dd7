// Runs the page bundle in Node. argv: the library that it will load. Answers { name, args } messages with { result } or { error }.
import path from 'node:path';
import { create, globals } from 'webgpu';
import { benchFolder } from './install.mjs';

const parent = process;
const library = parent.argv[2];

Object.assign(globalThis, globals);
const gpu = create([]); // navigator keeps it: collected, it would take the process with it
Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node', hardwareConcurrency: 2 }, configurable: true });
globalThis.window = globalThis; // tfjs asks for window before it will try WebGPU
globalThis.WASM_ROOT = path.join(benchFolder, 'node_modules/@tensorflow/tfjs-backend-wasm/dist/');
if (library === 'tfjs') {
  // the bundle has tfjs's browser half: make it think so
  globalThis.process = undefined;
  globalThis.document = { createElement: () => ({ getContext: () => null }) };
}
await import('../dist/page/page.js');

parent.on('message', ({ name, args }) => {
  globalThis[name](...args).then(
    (result) => parent.send({ result }),
    (error) => parent.send({ error: String(error?.message ?? error) }),
  );
});
parent.on('disconnect', () => parent.kill(parent.pid, 'SIGKILL'));
parent.send({ result: 'ready' });
