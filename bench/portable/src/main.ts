// What run.sh starts: says what the machine is, tests the kernels, times training steps, and PyTorch's where there is one.
import path from 'node:path';
import { InputError, isSoftwareAdapter } from '../../../src/index.ts';
import { PlatformError, requestDevice } from '../../../src/node/device.ts';
import { adapterName } from '../../../src/node/open-device.ts';
import { flushOutput } from '../../../src/node/terminal.ts';
import { check } from './check.ts';
import { loadMissing, nameNvidiaDriver } from './driver.ts';
import { measure } from './measure.ts';
import { type Options, readOptions, usage } from './options.ts';
import { measureRoofs } from './roofs.ts';
import { isBad, isTimed, type Row } from './row.ts';
import { table } from './table.ts';
import { openTorch } from './torch.ts';
import { highest } from './work.ts';

/** Libraries that came along; run.sh says where they lie. */
const LIBRARIES = 'RETROGRADE_BENCH_LIBRARIES';

const remark = (sentence: string): void => {
  process.stderr.write(`${sentence}\n`);
};

async function run(options: Options): Promise<boolean> {
  const { json, timing } = options;
  const tell = (object: object, sentence: string): void => {
    process.stdout.write(json ? `${JSON.stringify(object)}\n` : `${sentence}\n`);
  };
  const brought = loadMissing(process.env[LIBRARIES] ?? path.join(import.meta.dirname, 'lib'));
  if (brought.length > 0) remark(`This machine lacks ${brought.join(', ')}: loaded from the package.`);
  const nvidia = nameNvidiaDriver();
  if (nvidia) remark(`No manifest names NVIDIA's Vulkan driver: ${nvidia} is taken.`);

  const device = await requestDevice({ report: remark });
  const gpuErrors: string[] = [];
  device.addEventListener('uncapturederror', ({ error }) => gpuErrors.push(error.message));
  const software = isSoftwareAdapter(device.adapterInfo);
  const adapter = adapterName(device.adapterInfo);
  const date = new Date().toISOString().slice(0, 10);
  tell({ adapter, software, date, node: process.version }, `${adapter}${software ? ' (computes on the CPU)' : ''}, ${date}`);

  let isRight = true;
  if (!options.skipCheck) {
    const { kernels, failed, seconds } = await check(device);
    isRight = failed.length === 0;
    const verdict = isRight
      ? `all ${kernels} checks of kernels hold`
      : `${failed.length} of ${kernels} checks of kernels FAIL: ${failed.join('; ')}`;
    tell({ check: { ok: isRight, kernels, failed, seconds } }, `${verdict} (${seconds.toFixed(0)} s)`);
  }

  const found = options.torch === 'off' ? { missing: '--torch is off' } : await openTorch(options.python, options.torch);
  const torch = 'missing' in found ? undefined : found;
  if ('missing' in found) tell({ torch: null, why: found.missing }, `PyTorch is not timed: ${found.missing}`);
  else {
    const { version, cuda, cudnn, device: name } = found.info;
    const libraries = cuda ? `, CUDA ${cuda}, cuDNN ${cudnn}` : '';
    tell(
      { torch: { version, cuda, cudnn, device: name } },
      `PyTorch ${version}${libraries} on ${name}, eager, fused Adam, input kept on the device`,
    );
  }

  const wgsl = await measureRoofs(device, software);
  const roofs = highest({ WGSL: wgsl, ...(torch && { PyTorch: torch.info.roofs }) });
  tell(
    { roofs },
    `fp32 roof ${(roofs.flopPerSecond / 1e12).toFixed(2)} TFLOP/s (measured in ${roofs.flopBy}), memory roof ${(roofs.bytesPerSecond / 1e9).toFixed(0)} GB/s (measured in ${roofs.bytesBy})`,
  );
  tell({ note: uploaded }, `${uploaded}\n`);

  const rows: Row[] = [];
  for (const size of options.sizes) {
    for (const cell of options.cells) {
      for (const row of await measure({ device, torch, roofs, timing }, size, cell)) {
        rows.push(row);
        if (json) process.stdout.write(`${JSON.stringify(row)}\n`);
        else
          remark(
            `${size.name} ${cell}, ${row.peer}${row.tf32 ? ' with TF32' : ''}: ${isTimed(row) ? `${row.ms.toFixed(2)} ms` : row.error}`,
          );
      }
    }
  }
  if (!json) process.stdout.write(`\n${table(rows)}`);
  torch?.close();
  await device.queue.onSubmittedWorkDone();
  for (const message of gpuErrors) remark(message);
  return isRight && gpuErrors.length === 0 && !rows.some(isBad);
}

const uploaded =
  "Every step of Retrograde uploads its batch, which its public API has no other way to give; PyTorch's stays on the device. 'ms kernels' is without upload and host.";

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options.help) process.stdout.write(usage);
    return options.help || (await run(options)) ? 0 : 1;
  } catch (error) {
    const isSentence = error instanceof InputError || error instanceof PlatformError;
    remark(isSentence ? error.message : String((error as Error).stack ?? error));
    return error instanceof InputError ? 2 : 1;
  }
}

const code = await main();
await flushOutput();
process.exit(code); // Dawn would keep the process alive
