import { isSoftwareAdapter, profileOf } from '../../index.ts';
import { defineCommand, jsonTable } from '../command.ts';
import { adapterName, openDevice } from '../open-device.ts';
import { writeJson } from '../terminal.ts';

const checkTable = {
  full: { kind: 'flag', help: 'every variant of every kernel; the default leaves out what only repeats another size' },
  ...jsonTable,
} as const;

interface KernelCheck {
  readonly kernel: string;
  readonly variant: string;
  readonly largestError: number;
  readonly tolerance: number;
  readonly ok: boolean;
}
type CheckKernels = (device: GPUDevice, options: object) => AsyncIterable<KernelCheck>;

/** Plants a fault into the kernel that it names, to show that the check would find one. */
const FAULT = 'RETROGRADE_TEST_FAULT';

export const checkCommand = defineCommand({
  name: 'check',
  summary: 'Says what the adapter is and holds every kernel on it against a Float64 twin; exit code 1 if one is wrong.',
  operands: [],
  sections: [['Options', checkTable]],
  async run({ full = false, json = false }, _, terminal) {
    const device = await openDevice(terminal);
    const { vendor, architecture, description } = device.adapterInfo;
    const adapter = {
      vendor,
      architecture,
      device: device.adapterInfo.device,
      description,
      software: isSoftwareAdapter(device.adapterInfo),
    };
    if (!json) terminal.out(`${adapterName(device.adapterInfo)}${adapter.software ? ' (computes on the CPU)' : ''}\n`);
    const { checkKernels } = (await import(new URL('../../check/check.js', import.meta.url).href)) as { checkKernels: CheckKernels };
    const failed: string[] = [];
    let kernels = 0;
    for await (const result of checkKernels(device, { full, profile: profileOf(device), fault: process.env[FAULT] || undefined })) {
      const { kernel, variant, largestError, tolerance, ok } = result;
      kernels++;
      if (terminal.closed.aborted) break;
      if (!ok) failed.push(`${kernel} ${variant}`);
      if (json) writeJson(terminal, { kernel, variant, largestError, tolerance, ok });
      else
        terminal.out(
          `${ok ? 'ok    ' : 'FAILED'} ${kernel} (${variant}): largest error ${largestError.toExponential(1)}, tolerance ${tolerance.toExponential(1)}\n`,
        );
    }
    const ok = failed.length === 0;
    if (json) writeJson(terminal, { done: true, ok, adapter, kernels, failed, replaced: [] });
    else
      terminal.out(
        ok
          ? `all ${kernels} kernels are right on this adapter\n`
          : `${failed.length} of ${kernels} kernels are wrong: ${failed.join('; ')}\n`,
      );
    return ok ? 0 : 1;
  },
});
