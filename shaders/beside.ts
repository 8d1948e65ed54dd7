/**
 * Several kernels in one dispatch, each in workgroups of its own: for works that do not wait for each other, such as one layer at a time step and the layer
 * above at the step before. The first workgroups run the first kernel, those behind them the second, and so on.
 *
 * Bindings: those of all parts; what two parts bind under one name is one binding. Uniforms: those of part n with `_n` behind them, and `until_n`, where its workgroups end.
 * Every workgroup does what it does alone, in the same order: the same bits.
 */
import type { Binding, Kernel } from './kernel.ts';
import { declareBindings, declareUniforms, replaceReads, unroll } from './wgsl.ts';

export interface Part {
  readonly kernel: Kernel;
  /** What each of its bindings is called here, in their order. */
  readonly names: readonly string[];
}

export interface BesideOptions {
  readonly parts: readonly Part[];
}

/** The name of a part's uniform. */
export const uniformOf = (uniform: string, part: number): string => `${uniform}_${part}`;
/** Of the workgroups' numbers, the first behind a part. */
export const untilOf = (part: number): string => `until_${part}`;

/**
 * Workgroups of one row of equal size, and types that agree or of which one is read as single numbers of the other's vectors.
 *
 * @throws Error for parts that cannot share a dispatch; see sharesDispatch.
 */
export function beside(parts: readonly Part[]): Kernel {
  const reason = reasonAgainst(parts);
  if (reason) throw new Error(`kernels ${parts.map(({ kernel }) => kernel.name).join(', ')} must fit into one dispatch, got ${reason}`);
  const types = typesOf(parts);
  const bindings = bindingsOf(parts);
  const uniforms = parts.flatMap(({ kernel }, index) => [...kernel.uniforms.map((uniform) => uniformOf(uniform, index)), untilOf(index)]);
  const modules = parts.map((part, index) => moduleOf(part, index, types));
  const [threads] = parts[0].kernel.workgroupSize;
  const builtins = unique(modules.flatMap((module) => module.builtins));
  const halves = unique(
    parts.flatMap(({ kernel, names }) => names.filter((_, index) => kernel.halves?.includes(kernel.bindings[index].name))),
  );
  const code = `${unique(modules.flatMap((module) => module.directives)).join('\n')}
${declareUniforms(uniforms)}
${declareBindings(bindings, Object.fromEntries(types))}
${unique(modules.flatMap((module) => module.shared)).join('\n')}
${modules.map((module) => module.code).join('\n')}
@compute
@workgroup_size(${threads})
fn main(${builtins.join(', ')}) {
  ${unroll(
    parts.length,
    (index) => `if (workgroup.x < call.${untilOf(index)}) { ${entryOf(index)}(${argumentsOf(modules[index], index)}); }`,
    '\n  else ',
  )}
}
`;
  return {
    name: 'beside',
    options: { parts } satisfies BesideOptions,
    variant: parts.map(({ kernel }) => `${kernel.name} ${kernel.variant}`).join(' | '),
    code,
    bindings,
    ...(halves.length > 0 && { halves }),
    uniforms,
    workgroupSize: [threads, 1, 1],
    workgroups: [parts.reduce((sum, { kernel }) => sum + kernel.workgroups[0], 0), 1, 1],
    flop: parts.reduce((sum, { kernel }) => sum + kernel.flop, 0),
  };
}

/** Whether `beside` can make one kernel of these. */
export const sharesDispatch = (parts: readonly Part[]): boolean => reasonAgainst(parts) === undefined;

function reasonAgainst(parts: readonly Part[]): string | undefined {
  const sizes = unique(parts.map(({ kernel }) => kernel.workgroupSize.join('x')));
  if (sizes.length > 1) return `workgroups of ${sizes.join(' and ')}`;
  const tall = parts.find(({ kernel: { workgroups } }) => workgroups[1] * workgroups[2] > 1);
  if (tall) return `${tall.kernel.name} with ${tall.kernel.workgroups.join('x')} workgroups`;
  if (parts.some(({ kernel }) => kernel.uniforms.length === 0)) return 'one without uniforms';
  for (const name of bindingsOf(parts).map((binding) => binding.name)) {
    const uses = parts.flatMap((part) => usesOf(part).filter((use) => use.name === name));
    const declared = unique(uses.map(({ type }) => type));
    const isNumbers = uses.every(({ type, access }) => type === VECTORS || (type === NUMBERS && access === 'read'));
    if (declared.length > 1 && !isNumbers) return `${name} as ${declared.join(' and ')}`;
  }
  return undefined;
}

const NUMBERS = 'array<f32>';
const VECTORS = 'array<vec4f>';

const DECLARATION = /@group\(0\) @binding\((\d+)\) var<storage, \w+> (\w+): ([^;]+);\n?/g;

/** What a part binds: under which name here, as what, and how. */
function usesOf({ kernel, names }: Part) {
  const types = new Map([...kernel.code.matchAll(DECLARATION)].map(([, , name, type]) => [name, type]));
  return kernel.bindings.map(({ name: own, access }, index) => ({ own, name: names[index], access, type: types.get(own) ?? '' }));
}

function bindingsOf(parts: readonly Part[]): Binding[] {
  const found = new Map<string, Binding>();
  for (const { name, access } of parts.flatMap(usesOf)) {
    const known = found.get(name);
    if (!known || access === 'read-write') found.set(name, { name, access });
  }
  return [...found.values()];
}

/** Vectors where one part reads them as such, whatever the others do. */
function typesOf(parts: readonly Part[]): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const { name, type } of parts.flatMap(usesOf)) if (!types.has(name) || type === VECTORS) types.set(name, type);
  return types;
}

const entryOf = (part: number): string => `main_${part}`;

interface Module {
  readonly code: string;
  readonly directives: readonly string[];
  /** Workgroup memory: only one part runs in a workgroup, so that equal arrays are one. */
  readonly shared: readonly string[];
  /** The entry point's parameters with their attributes. */
  readonly builtins: readonly string[];
}

/** A kernel's WGSL with names of its own, without what all parts have in common. */
function moduleOf(part: Part, index: number, types: ReadonlyMap<string, string>): Module {
  const directives: string[] = [];
  const shared: string[] = [];
  const renamed = new Map(usesOf(part).map(({ own, name }) => [own, name]));
  const body = withVectors(part, types)
    .replace(/^\s*(?:enable|diagnostic)\b[^;]*;/gm, (directive) => {
      directives.push(directive.trim());
      return '';
    })
    .replace(/struct Call \{[^}]*\}\n[^\n]*\bcall: Call;/, '')
    .replace(DECLARATION, '')
    .replace(/^\s*var<workgroup> (\w+): (array<(?:f32|u32|vec2f|vec4f), \d+>);/gm, (_, name: string, type: string) => {
      const common = `${name}_${type.replace(/\W+/g, '_')}`;
      shared.push(`var<workgroup> ${common}: ${type};`);
      renamed.set(name, common);
      return '';
    });
  for (const [, name] of body.matchAll(/^\s*(?:fn|struct|alias|const|override|var<private>|var<workgroup>) (\w+)/gm))
    renamed.set(name, `${name}_${index}`);
  const code = body.replace(/\bcall\.(\w+)|(?<![.\w])[A-Za-z]\w*/g, (word, uniform?: string) =>
    uniform ? `call.${uniformOf(uniform, index)}` : (renamed.get(word) ?? word),
  );
  const entry = new RegExp(`@compute\\s+@workgroup_size\\(\\d+\\)\\s+fn ${entryOf(index)}\\(([^{]*)\\) \\{`);
  const builtins = entry.exec(code)?.[1].split(/, (?=@)/) ?? [];
  return {
    directives,
    shared,
    builtins,
    code: code.replace(entry, `fn ${entryOf(index)}(${builtins.map(withoutAttribute).join(', ')}) {`),
  };
}

const withoutAttribute = (builtin: string): string => builtin.replace(/@builtin\(\w+\) /, '');

/** What the entry point of a part is given: its own workgroups begin at 0. */
const argumentsOf = ({ builtins }: Module, index: number): string =>
  builtins
    .map((builtin) => withoutAttribute(builtin).split(':')[0])
    .map((name) => (name === 'workgroup' && index > 0 ? `workgroup - vec3u(call.${untilOf(index - 1)}, 0u, 0u)` : name))
    .join(', ');

/** Numbers that another part takes in vectors are read out of these. */
const withVectors = (part: Part, types: ReadonlyMap<string, string>): string =>
  usesOf(part)
    .filter(({ name, type }) => type === NUMBERS && types.get(name) === VECTORS)
    .reduce((code, { own }) => replaceReads(code, own, (place) => `${own}[(${place}) >> 2u][(${place}) & 3u]`), part.kernel.code);

const unique = (values: readonly string[]): string[] => [...new Set(values)];
