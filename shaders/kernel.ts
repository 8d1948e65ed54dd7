/**
 * What every shader module returns: WGSL, the table of its bindings, and how many workgroups cover the whole work.
 * The host never guesses: bind group layouts, uniform packing and dispatch sizes all derive from this object.
 */
export interface Kernel {
  /** The file's name without its ending, e.g. `sequence-forward`. */
  readonly name: string;
  /** Which of the file's variants this is, e.g. `lstm 8x4`; part of labels and of `check`. */
  readonly variant: string;
  /** What the kernel was made of, where its variants are many: the self-test makes its case of it. */
  readonly options?: object;
  readonly code: string;
  /** Storage bindings in order; binding n of the list is `@binding(n + 1)`. Binding 0 is the call's uniform. */
  readonly bindings: readonly Binding[];
  /** Which of them hold f16, two to a u32: common/halves.ts. Default none. */
  readonly halves?: readonly string[];
  /** Names of the u32 values in the call's uniform, in order. Empty: the kernel has no uniform and binding 0 is unused. */
  readonly uniforms: readonly string[];
  readonly workgroupSize: readonly [x: number, y: number, z: number];
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** How the work may be cut into several dispatches, if it may. */
  readonly range?: WorkRange;
  /** Floating-point operations of the whole work (a multiply-add counts 2). */
  readonly flop: number;
}

export interface Binding {
  readonly name: string;
  readonly access: 'read' | 'read-write';
}

export interface WorkRange {
  /** `time`: every dispatch runs all workgroups over time steps from `begin` to `end`, exclusive; `workgroups`: the x extent is cut. */
  readonly along: 'time' | 'workgroups';
  readonly length: number;
  /** Uniform that holds where the piece begins; default `begin`. */
  readonly first?: string;
  /** The last part runs first (the reverse sweep). */
  readonly reverse?: boolean;
}

export const read = (name: string): Binding => ({ name, access: 'read' });
export const readWrite = (name: string): Binding => ({ name, access: 'read-write' });
