// Counts what a WebGPU library does, by wrapping the API's prototypes. Install before the library starts.

/** Totals since installation. `bytes` is live: created and not destroyed explicitly. */
export const counts = { dispatches: 0, passes: 0, submits: 0, writes: 0, pipelines: 0, maps: 0, buffers: 0, bytes: 0, peakBytes: 0 };

/** The adapter of the last device, as `vendor architecture`. */
export const adapters: string[] = [];

/** Uncaptured validation errors and device losses, at most three: a result with any is not to be trusted. */
export const gpuErrors: string[] = [];

type Method = (this: object, ...args: unknown[]) => unknown;

/** Calls `note` with the receiver before every call of a method; methods that this platform lacks are left out. */
function before<T extends object>(type: { readonly prototype: T }, name: keyof T & string, note: (receiver: T) => void): void {
  const methods = type.prototype as Record<string, Method | undefined>;
  const original = methods[name];
  if (!original) return;
  methods[name] = function (...args) {
    note(this as T);
    return original.apply(this, args);
  };
}

function watchDevices(): void {
  const original = GPUAdapter.prototype.requestDevice;
  const note = (message: string) => gpuErrors.length < 3 && gpuErrors.push(message.slice(0, 400));
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const device = await original.call(this, descriptor);
    adapters.push(`${this.info?.vendor ?? ''} ${this.info?.architecture ?? ''}`.trim());
    device.addEventListener('uncapturederror', (event) => note(event.error.message));
    device.lost.then(({ reason, message }) => reason === 'destroyed' || note(`device lost: ${message}`));
    return device;
  };
}

function watchBuffers(): void {
  const sizes = new WeakMap<GPUBuffer, number>();
  const original = GPUDevice.prototype.createBuffer;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = original.call(this, descriptor);
    sizes.set(buffer, descriptor.size);
    counts.buffers++;
    counts.bytes += descriptor.size;
    counts.peakBytes = Math.max(counts.peakBytes, counts.bytes);
    return buffer;
  };
  before(GPUBuffer, 'destroy', (buffer) => {
    counts.bytes -= sizes.get(buffer) ?? 0;
    sizes.delete(buffer);
  });
}

/** Starts counting; does nothing where there is no WebGPU. Call once per page. */
export function installProbe(): void {
  if (typeof GPUDevice === 'undefined') return;
  const bump = (key: keyof typeof counts) => () => {
    counts[key]++;
  };
  before(GPUComputePassEncoder, 'dispatchWorkgroups', bump('dispatches'));
  before(GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', bump('dispatches'));
  before(GPUCommandEncoder, 'beginComputePass', bump('passes'));
  before(GPUQueue, 'submit', bump('submits'));
  before(GPUQueue, 'writeBuffer', bump('writes'));
  before(GPUDevice, 'createComputePipeline', bump('pipelines'));
  before(GPUDevice, 'createComputePipelineAsync', bump('pipelines'));
  before(GPUBuffer, 'mapAsync', bump('maps'));
  watchDevices();
  watchBuffers();
}
