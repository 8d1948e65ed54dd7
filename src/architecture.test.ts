/** Reads the imports of every source file and holds them against the table of who may import whom in ARCHITECTURE.md. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const repository = path.join(import.meta.dirname, '..');

/** `lazy`: its types, and `import()` of the rest where it is wanted. */
type Access = 'any' | 'types' | 'lazy';

/**
 * What each room may import of ours, besides itself. A room is a folder of src, `shaders`, `demo`, or `api` (src/index.ts);
 * `kernel` is shaders/kernel.ts, which holds types only.
 */
const allowed: Record<string, Record<string, Access>> = {
  shaders: { kernel: 'any' },
  kernel: {},
  spec: {},
  data: { spec: 'any' },
  tasks: { spec: 'any', data: 'any' },
  plan: { spec: 'any', shaders: 'any', kernel: 'any' },
  reference: { spec: 'types' },
  formats: { spec: 'any', data: 'any' },
  gpu: { plan: 'any', kernel: 'types' },
  train: { spec: 'any', data: 'any', plan: 'any', gpu: 'any', formats: 'any', kernel: 'types', shaders: 'types', check: 'lazy' },
  api: { spec: 'any', data: 'any', tasks: 'any', plan: 'any', formats: 'any', gpu: 'any', train: 'any' },
  experiments: { api: 'any', spec: 'any', data: 'any' },
  sources: { api: 'any', spec: 'any', data: 'any', tasks: 'any', formats: 'any' },
  check: { spec: 'any', plan: 'any', shaders: 'any', kernel: 'any', gpu: 'any', reference: 'any', train: 'any' },
  node: { api: 'any', spec: 'any', data: 'any', tasks: 'any', formats: 'any', sources: 'any', check: 'any', experiments: 'any' },
  demo: { api: 'any', spec: 'any', data: 'any', tasks: 'any', formats: 'any', sources: 'any', experiments: 'any' },
};

/** Packages and what Node brings, by room; nothing elsewhere. */
const allowedPackages: Record<string, RegExp> = {
  shaders: /^wgsl-preprocessor\//,
  data: /^@huggingface\/tokenizers$/,
  formats: /^papaparse$/,
  node: /^(node:|(webgpu|fast-png|jpeg-js|wave-resampler)$)/,
  // virtual: what Vite makes for the page when it is built
  demo: /^(uplot|preact|@preact\/signals|comlink|virtual:catalogue)(\/|$)/,
};

interface Import {
  readonly target: string;
  readonly typesOnly: boolean;
  /** Loaded when it is wanted, not with the file. */
  readonly isLazy: boolean;
}

function importsOf(file: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typesOnly: boolean, isLazy = false) => {
    if (specifier && ts.isStringLiteralLike(specifier)) found.push({ target: specifier.text, typesOnly, isLazy });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, onlyTypes(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false, true);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}

/** `import type ...`, or braces in which every name is marked `type`. */
function onlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  return !clause.name && !!bindings && ts.isNamedImports(bindings) && bindings.elements.every((element) => element.isTypeOnly);
}

function roomOf(file: string): string {
  const [top, folder] = file.split('/');
  if (file === 'shaders/kernel.ts') return 'kernel';
  if (file === 'src/index.ts') return 'api';
  return top === 'src' ? folder : top;
}

/** One sentence per import that the table does not allow. */
function violations(file: string, text: string): string[] {
  const room = roomOf(file);
  const rules = allowed[room];
  if (!rules) return [`${file} lies in ${room}, a room that the table does not know`];
  return importsOf(file, text).flatMap(({ target, typesOnly, isLazy }) => {
    if (!target.startsWith('.')) {
      return allowedPackages[room]?.test(target) ? [] : [`${file} imports the package ${target}, which ${room} may not`];
    }
    const imported = path.posix.join(path.posix.dirname(file), target.split('?')[0]);
    const access = roomOf(imported);
    if (access === room || rules[access] === 'any' || (rules[access] === 'types' && typesOnly)) return [];
    if (rules[access] === 'lazy' && (typesOnly || isLazy)) return [];
    const what = rules[access] === 'types' || rules[access] === 'lazy' ? 'a value of ' : '';
    return [`${file} imports ${what}${imported}: ${room} may not`];
  });
}

const valuesByFile = new Map<string, string[]>();

/** What a source file imports for more than its types: packages by name, files by path. */
function valuesFrom(file: string): string[] {
  const known = valuesByFile.get(file);
  if (known) return known;
  const values = importsOf(file, readFileSync(path.join(repository, file), 'utf8'))
    .filter(({ typesOnly, isLazy }) => !typesOnly && !isLazy)
    .map(({ target }) => (target.startsWith('.') ? path.posix.join(path.posix.dirname(file), target.split('?')[0]) : target));
  valuesByFile.set(file, values);
  return values;
}

/** All that is loaded with a source file. */
function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
  for (const target of valuesFrom(file)) {
    if (reached.has(target)) continue;
    reached.add(target);
    if (target.endsWith('.ts')) reachedFrom(target, reached);
  }
  return reached;
}

const files = ['src', 'shaders', 'demo']
  .flatMap((folder) =>
    readdirSync(path.join(repository, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
  )
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\.d\.ts$|^src\/testing\//.test(file))
  .sort();

describe('who may import whom', () => {
  it('finds the sources', () => {
    expect(files).toContain('demo/main.tsx');
    expect(files.some((file) => file.startsWith('shaders/'))).toBe(true);
  });

  it('holds for every source file', () => {
    expect(files.flatMap((file) => violations(file, readFileSync(path.join(repository, file), 'utf8')))).toEqual([]);
  });

  it.each([
    ['wgsl-preprocessor', 'shaders/wgsl.ts'],
    ['papaparse', 'src/formats/csv.ts'],
    ['@huggingface/tokenizers', 'src/data/byte-pair.ts'],
    ['fast-png', 'src/node/images.ts'],
    ['jpeg-js', 'src/node/images.ts'],
    ['wave-resampler', 'src/node/sound.ts'],
  ])('keeps %s in one file', (dependency, user) => {
    const users = files.filter((file) => valuesFrom(file).some((target) => target.startsWith(dependency)));
    expect(users).toEqual([user]);
  });

  it('keeps the readers of files, and their packages, out of the library', () => {
    const packages = [...reachedFrom('src/index.ts')].filter((target) => !target.includes('.ts')).map((target) => target.split('/')[0]);
    expect([...new Set(packages)].sort()).toEqual(['wgsl-preprocessor']);
    expect(reachedFrom('src/formats/labeled-text.ts')).toContain('papaparse');
  });

  it('leaves the reference to tests and to check', () => {
    expect(Object.keys(allowed).filter((room) => 'reference' in allowed[room])).toEqual(['check']);
    expect(violations('src/train/trainer.ts', `import { matmul } from '../reference/matmul.ts';`)).toEqual([
      'src/train/trainer.ts imports src/reference/matmul.ts: train may not',
    ]);
  });
});

describe('the reader of imports', () => {
  it.each([
    ['a value where only types are allowed', 'src/gpu/executor.ts', `import { read } from '../../shaders/kernel.ts';`],
    ['a folder out of bounds', 'src/plan/print.ts', `import type { Random } from '../data/random.ts';`],
    ['a re-export', 'src/spec/model.ts', `export { x } from '../plan/print.ts';`],
    ['a dynamic import', 'src/gpu/device.ts', `const m = await import('../train/trainer.ts');`],
    ['the type of a module', 'src/spec/model.ts', `type A = import('../plan/plan.ts').Plan;`],
    ['an import over several lines', 'src/data/text.ts', `import {\n  a,\n  b,\n} from '../train/trainer.ts';`],
    ['an import for its effect', 'demo/main.ts', `import '../src/train/trainer.ts';`],
    ['what only Node has', 'src/train/checkpoint.ts', `import { readFile } from 'node:fs/promises';`],
    ['the page', 'src/train/trainer.ts', `import { x } from '../../demo/main.ts';`],
    ['an unknown room', 'src/utils/all.ts', ''],
  ])('sees %s', (_, file, text) => {
    expect(violations(file, text)).toHaveLength(1);
  });

  it.each([
    ['types where types are allowed', 'src/gpu/executor.ts', `import type { Kernel } from '../../shaders/kernel.ts';`],
    ['names marked as types', 'src/gpu/executor.ts', `import { type Kernel, type Binding } from '../../shaders/kernel.ts';`],
    ['the same room', 'src/plan/layers/dense.ts', `import { tensor } from '../tensor.ts';`],
    ['the public API in the page', 'demo/main.ts', `import { createModel } from '../src/index.ts';`],
    ['a comment', 'src/spec/model.ts', `// import { x } from '../plan/plan.ts';`],
  ])('lets pass %s', (_, file, text) => {
    expect(violations(file, text)).toEqual([]);
  });
});
