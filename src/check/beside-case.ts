/** The same kernel several times beside itself, as the directions of a layer have it: each part does the case of the kernel alone, on what the plan lets the parts share. */
import { type BesideOptions, beside, uniformOf, untilOf } from '../../shaders/beside.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import type { Call } from '../reference/options.ts';
import type { KernelCase, Outputs } from './kernel-case.ts';
import type { Tolerance } from './tolerance.ts';

/** The case of a plan's kernel whose parts are equal; `caseOf` makes that of one of them. */
export async function besideCaseOf({ options }: Kernel, caseOf: (kernel: Kernel) => Promise<KernelCase>): Promise<KernelCase> {
  const { parts } = options as BesideOptions;
  const single = await caseOf(parts[0].kernel);
  const { bindings } = single.kernel;
  const kernel = beside(parts.map(({ names }) => ({ kernel: single.kernel, names })));
  /** The part's own view of what all parts have. */
  const partOf = <Value>(all: Readonly<Record<string, Value>>, part: number): Record<string, Value> =>
    Object.fromEntries(bindings.map(({ name }, index) => [name, all[parts[part].names[index]]]));
  const outputsOf = (made: (part: number) => Outputs): Outputs => Object.assign({}, ...parts.map((_, part) => numbered(made(part), part)));
  const { tolerance } = single;
  return {
    kernel,
    label: `${parts.length} times ${single.label}`,
    tolerance: isTolerance(tolerance) ? tolerance : Object.assign({}, ...parts.map((_, part) => numbered(tolerance, part))),
    make() {
      const works = parts.map(() => single.make());
      const buffers = works.flatMap((work, part) =>
        bindings.map(({ name }, index) => [parts[part].names[index], work.buffers[name]] as const),
      );
      return {
        buffers: Object.fromEntries(buffers),
        calls: works[0].calls.map(
          (call): Call =>
            Object.assign(
              {},
              ...parts.map((_, part) => ({ ...numbered(call, part), [untilOf(part)]: (part + 1) * single.kernel.workgroups[0] })),
            ),
        ),
        expected: (twin) => outputsOf((part) => works[part].expected(partOf(twin, part))),
        actual: (left) =>
          outputsOf((part) => {
            const own = partOf(left, part);
            return works[part].actual?.(own) ?? own;
          }),
      };
    },
  };
}

const numbered = <Value>(values: Readonly<Record<string, Value>>, part: number): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [uniformOf(name, part), value]));

const isTolerance = (tolerance: KernelCase['tolerance']): tolerance is Tolerance => typeof tolerance.limit === 'number';
