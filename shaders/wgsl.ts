/** The one place that knows wgsl-preprocessor, and the few words of WGSL that every module writes. */
import { wgsl as preprocess } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import type { Binding } from './kernel.ts';

type Value = string | number | boolean;

/**
 * A template tag for WGSL with `#if ${boolean}`, `#elif`, `#else`, `#endif`.
 * The preprocessor prints undefined and NaN as text, takes any value as a condition and drops both branches at a
 * misspelt directive; here each of these throws.
 */
export function wgsl(strings: TemplateStringsArray, ...values: readonly Value[]): string {
  values.forEach((value, index) => {
    const before = strings[index];
    const isCondition = /#(if|elif)\s*$/.test(before);
    if (isCondition && typeof value !== 'boolean')
      throw new Error(`WGSL condition after "${before.slice(-40)}" must be a boolean, got ${String(value)}`);
    if (!isCondition && typeof value !== 'string' && !Number.isSafeInteger(value)) {
      throw new Error(
        `WGSL value after "${before.slice(-40)}" must be a string or an integer (write f32(x) for other numbers), got ${String(value)}`,
      );
    }
  });
  for (const string of strings) {
    const unknown = /#(?!if\b|elif\b|else\b|endif\b)\w+/.exec(string);
    if (unknown) throw new Error(`WGSL directive ${unknown[0]} is unknown, use #if, #elif, #else, #endif`);
  }
  return preprocess(strings, ...values);
}

/** A number as an f32 literal: `f32(1)` is `1.0f`. */
export function f32(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`an f32 literal must be finite, got ${value}`);
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
}

/** `count` lines made by `line`, for code that must be unrolled because WGSL arrays do not live in registers. */
export function unroll(count: number, line: (index: number) => string, separator = '\n'): string {
  return Array.from({ length: count }, (_, index) => line(index)).join(separator);
}

/** The uniform struct and variable of a call: u32 values, 16 bytes a row. */
export function declareUniforms(names: readonly string[]): string {
  if (names.length === 0) return '';
  return `struct Call { ${names.map((name) => `${name}: u32`).join(', ')} }\n${UNIFORM_CALL}`;
}

const UNIFORM_CALL = '@group(0) @binding(0) var<uniform> call: Call;';

/** The same module with its call's values as immediates, which need no buffer. */
export const withImmediates = (code: string): string => code.replace(UNIFORM_CALL, 'var<immediate> call: Call;');

/** The declarations of a kernel's storage bindings; `types` gives the WGSL type of each by name. */
export function declareBindings(bindings: readonly Binding[], types: Readonly<Record<string, string>>): string {
  return bindings
    .map(({ name, access }, index) => {
      const type = types[name];
      if (!type) throw new Error(`binding ${name} has no WGSL type`);
      const mode = access === 'read' ? 'read' : 'read_write';
      return `@group(0) @binding(${index + 1}) var<storage, ${mode}> ${name}: ${type};`;
    })
    .join('\n');
}

/** Every `name[place]` of the code as `made(place)` says, also within the place of another. */
export function replaceReads(code: string, name: string, made: (place: string) => string): string {
  const read = new RegExp(`\\b${name}\\[`).exec(code);
  if (!read) return code;
  const inside = read.index + read[0].length;
  const end = closingBracket(code, inside - 1);
  return `${code.slice(0, read.index)}${made(replaceReads(code.slice(inside, end), name, made))}${replaceReads(code.slice(end + 1), name, made)}`;
}

/** Where the bracket closes that stands at `open`. */
export function closingBracket(code: string, open: number): number {
  let depth = 0;
  for (let place = open; place < code.length; place++) {
    if (code[place] === '[') depth++;
    if (code[place] === ']' && --depth === 0) return place;
  }
  throw new Error(`bracket at ${open} must be closed, got ${code.slice(open, open + 40)}`);
}
