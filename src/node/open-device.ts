import { plantFaultOn } from '../check/fault.ts';
import type { Replacement } from '../index.ts';
import { requestDevice } from './device.ts';
import { restartWith } from './restart.ts';
import type { Terminal } from './terminal.ts';

/** Names a kernel into which a fault is planted, to see that it is found and what is then done without it. */
const FAULT = 'RETROGRADE_TEST_FAULT';

export const plantedFault = (): string | undefined => process.env[FAULT] || undefined;

let opened: GPUDevice | undefined;

/** The device of a command; where there is no Vulkan loader the process is replaced by one that has it, and this never returns. */
export async function openDevice(terminal: Terminal): Promise<GPUDevice> {
  opened = await requestDevice({ report: (sentence) => terminal.err(`${sentence}\n`), restart: restartWith });
  plantFaultOn(opened, plantedFault());
  return opened;
}

/** Tells of a kernel that is wrong on this device and what takes its place. */
export const tellReplaced =
  ({ err }: Terminal) =>
  ({ sentence }: Replacement): void =>
    err(`${sentence}\n`);

const LONGEST_MILLISECONDS = 5000;

/** Resolves when the GPU has nothing left to do: a process that ends before that may crash. */
export async function settleDevice(): Promise<void> {
  if (!opened) return;
  const patience = new Promise((resolve) => setTimeout(resolve, LONGEST_MILLISECONDS));
  await Promise.race([opened.queue.onSubmittedWorkDone(), patience]);
}

/** `google swiftshader, SwiftShader driver 5.0.0` */
export function adapterName({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  return [[vendor, architecture].filter(Boolean).join(' '), description || device].filter(Boolean).join(', ') || 'unnamed adapter';
}
