/**
 * The update rules on four parameters, as torch.optim has them. Each declares `corrections(t)`, the bias corrections of step t = 1, 2, ...,
 * and `optimized(index, p, g)`, which stores the moments and returns the new parameters. Moment m of element i lies at m·n + i.
 */
import { f32, wgsl } from '../wgsl.ts';

export type OptimizerNumbers =
  | { readonly kind: 'sgd'; readonly weightDecay: number }
  | {
      readonly kind: 'momentum';
      readonly weightDecay: number;
      readonly momentum: number;
      readonly dampening: number;
      readonly nesterov: boolean;
    }
  | { readonly kind: 'rmsprop'; readonly weightDecay: number; readonly alpha: number; readonly epsilon: number }
  | {
      readonly kind: 'adam' | 'adamw';
      readonly weightDecay: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
    };

export type OptimizerKind = OptimizerNumbers['kind'];

interface Rule {
  readonly moments: number;
  readonly code: (numbers: OptimizerNumbers, vectors: number) => string;
}

const uncorrected = 'fn corrections(t: f32) -> vec2f { return vec2f(1.0f); }';
const decayed = ({ weightDecay }: OptimizerNumbers): string => (weightDecay === 0 ? 'g' : `(g + ${f32(weightDecay)} * p)`);

function mustBe<K extends OptimizerKind>(numbers: OptimizerNumbers, ...kinds: readonly K[]): Extract<OptimizerNumbers, { kind: K }> {
  if (!kinds.some((kind) => kind === numbers.kind)) throw new Error(`optimizer rule must be ${kinds.join(' or ')}, got ${numbers.kind}`);
  return numbers as Extract<OptimizerNumbers, { kind: K }>;
}

function adamCode(numbers: OptimizerNumbers, vectors: number): string {
  const { kind, beta1, beta2, epsilon, weightDecay } = mustBe(numbers, 'adam', 'adamw');
  const isDecoupled = kind === 'adamw';
  const gradient = isDecoupled ? 'g' : decayed(numbers);
  return wgsl`
fn corrections(t: f32) -> vec2f {
  return vec2f(1.0f / one_minus_power(t * ${f32(Math.log(beta1))}), 1.0f / one_minus_power(t * ${f32(Math.log(beta2))}));
}

fn optimized(index: u32, p: vec4f, g: vec4f) -> vec4f {
  let d = ${gradient};
  let m = moments[index] * ${f32(beta1)} + d * ${f32(1 - beta1)};
  let v = moments[${vectors}u + index] * ${f32(beta2)} + d * d * ${f32(1 - beta2)};
  moments[index] = m;
  moments[${vectors}u + index] = v;
  let change = step.rate * (m * step.correction.x) / (sqrt(v * step.correction.y) + ${f32(epsilon)});
#if ${isDecoupled}
  return p * (1.0f - step.rate * ${f32(weightDecay)}) - change;
#else
  return p - change;
#endif
}`;
}

const adam: Rule = { moments: 2, code: adamCode };

export const OPTIMIZERS: Readonly<Record<OptimizerKind, Rule>> = {
  sgd: {
    moments: 0,
    code: (numbers) => `${uncorrected}
fn optimized(index: u32, p: vec4f, g: vec4f) -> vec4f { return p - step.rate * ${decayed(numbers)}; }`,
  },
  momentum: {
    moments: 1,
    code: (numbers) => {
      const { momentum, dampening, nesterov } = mustBe(numbers, 'momentum');
      const isNesterov = nesterov;
      return wgsl`
${uncorrected}
fn optimized(index: u32, p: vec4f, g: vec4f) -> vec4f {
  let d = ${decayed(numbers)};
  let m = select(moments[index] * ${f32(momentum)} + d * ${f32(1 - dampening)}, d, step.applied == 0u);
  moments[index] = m;
#if ${isNesterov}
  return p - step.rate * (d + ${f32(momentum)} * m);
#else
  return p - step.rate * m;
#endif
}`;
    },
  },
  rmsprop: {
    moments: 1,
    code: (numbers) => {
      const { alpha, epsilon } = mustBe(numbers, 'rmsprop');
      return wgsl`
${uncorrected}
fn optimized(index: u32, p: vec4f, g: vec4f) -> vec4f {
  let d = ${decayed(numbers)};
  let v = moments[index] * ${f32(alpha)} + d * d * ${f32(1 - alpha)};
  moments[index] = v;
  return p - step.rate * d / (sqrt(v) + ${f32(epsilon)});
}`;
    },
  },
  adam,
  adamw: adam,
};
