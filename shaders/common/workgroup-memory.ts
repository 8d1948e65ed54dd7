/** How much of a workgroup's memory a kernel takes, read from its WGSL. */
import type { Kernel } from '../kernel.ts';

const TYPE_BYTES: Readonly<Record<string, number>> = {
  f32: 4,
  u32: 4,
  vec2f: 8,
  vec4f: 16,
  vec4u: 16,
  ScaledSum: 8,
  Shared: 24,
  Continuation: 12,
};

/** Bytes. @throws Error for memory of a type that it does not know. */
export function workgroupBytes({ name, code }: Pick<Kernel, 'name' | 'code'>): number {
  let bytes = 0;
  // a struct of one part of several in a dispatch has the part's number behind its name
  for (const [, element, count = '1', single] of code.matchAll(/var<workgroup> \w+: (?:array<([a-zA-Z0-9]+)(?:_\d+)?, (\d+)>|(\w+));/g)) {
    const type = element ?? single;
    if (!(type in TYPE_BYTES))
      throw new Error(`kernel ${name} has workgroup memory of type ${type}, wants one of ${Object.keys(TYPE_BYTES)}`);
    bytes += TYPE_BYTES[type] * Number(count);
  }
  return bytes;
}
