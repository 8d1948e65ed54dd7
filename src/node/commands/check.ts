import { isSoftwareAdapter, type Replacement } from '../../index.ts';
import { defineCommand, jsonTable } from '../command.ts';
import { adapterName, openDevice, plantedFault } from '../open-device.ts';
import { writeJson } from '../terminal.ts';

const checkTable = {
  full: { kind: 'flag', help: 'every size of every kernel; default one size of each variant that ordinary models use' },
  ...jsonTable,
} as const;

export const checkCommand = defineCommand({
  name: 'check',
  summary: 'Says what the adapter is and whether kernels and gradients are right on it; exit code 1 if one is wrong.',
  operands: [],
  sections: [['Options', checkTable]],
  async run({ full = false, json = false }, _, terminal) {
    // ahead of the table of cases, which takes a second to make: this process may have to be replaced
    const device = await openDevice(terminal);
    const { checkKernels } = await import('../../check/check.ts');
    const { vendor, architecture, device: name, description } = device.adapterInfo;
    const software = isSoftwareAdapter(device.adapterInfo);
    const adapter = { vendor, architecture, device: name, description, software };
    const failed: string[] = [];
    const replaced: Replacement[] = [];
    let kernels = 0;
    for await (const { kernel, variant, largestError, tolerance, ok, worst } of checkKernels(device, {
      full,
      fault: plantedFault(),
      onReplaced: (replacement) => replaced.push(replacement),
    })) {
      if (terminal.closed.aborted) break;
      if (kernels === 0 && !json) terminal.out(`${adapterName(device.adapterInfo)}${software ? ' (computes on the CPU)' : ''}\n`);
      kernels++;
      if (!ok) failed.push(`${kernel} ${variant}`);
      if (json) writeJson(terminal, { kernel, variant, largestError, tolerance, ok });
      else {
        const figures = `largest error ${largestError.toExponential(1)}, tolerance ${tolerance.toExponential(1)}`;
        terminal.out(`${ok ? 'ok    ' : 'FAILED'} ${kernel} (${variant}): ${figures}${ok ? '' : `; ${worst}`}\n`);
      }
    }
    const ok = failed.length === 0;
    if (json) {
      const others = replaced.map(({ kernel, variant, by }) => ({ kernel, variant, by }));
      writeJson(terminal, { done: true, ok, adapter, kernels, failed, replaced: others });
    } else {
      for (const { sentence } of replaced) terminal.out(`${sentence}\n`);
      terminal.out(
        ok ? `all ${kernels} checks hold on this adapter\n` : `${failed.length} of ${kernels} checks fail: ${failed.join('; ')}\n`,
      );
    }
    return ok ? 0 : 1;
  },
});
