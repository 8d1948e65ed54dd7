import type { Buffers, Call } from './options.ts';

/** One of several works in a dispatch: its twin, and what its buffers are called there. */
export interface TwinPart {
  readonly twin: (call: Call, buffers: Buffers) => void;
  readonly names: Readonly<Record<string, string>>;
}

/** Works that do not wait for each other, one after the other; a part without workgroups in this call does nothing. Uniforms of part n end in `_n`, its workgroups end before `until_n`. */
export function beside(parts: readonly TwinPart[], call: Call, buffers: Buffers): void {
  parts.forEach(({ twin, names }, part) => {
    const begin = part === 0 ? 0 : call[`until_${part - 1}`];
    if (call[`until_${part}`] === begin) return;
    const end = `_${part}`;
    const own = Object.entries(call).flatMap(([name, value]) => (name.endsWith(end) ? [[name.slice(0, -end.length), value]] : []));
    twin(Object.fromEntries(own), Object.fromEntries(Object.entries(names).map(([name, place]) => [name, buffers[place]])));
  });
}
