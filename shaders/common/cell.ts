/**
 * The cells as contracts: what one unit does at one time step, forward and backward side by side, on four units of one batch row.
 *
 * Legend: gates [T, B, planes·H] planar by gate, states, cells and outputGradient [T + 1, B, H]; all indices below count vec4s.
 * `forward(gate, state)` reads the gates' accumulated values, in their planes or as the thread holds them, stores the activated gates and returns h;
 * `reverse` says how dL/dh and dL/dc of a step are completed and which gate gradients follow, in place; common/cell-backward.ts makes a function of it.
 *   gate   place of plane 0 in gates at (t, row, unit)      state  place of h_{t-1} of (row, unit) in states, cells and outputGradient (ROW further: h_t)
 *   carried  place of (row, unit) in carry
 * Gate order is PyTorch's: LSTM i f g o, GRU r z n. Formulas: PyTorch nn.RNN, nn.LSTM, nn.GRU.
 */
/** The cells as the kernels know them: the two forms of the GRU are two cells. */
export type CellKind = 'rnn-tanh' | 'rnn-relu' | 'gru' | 'gru-before' | 'lstm';

export interface Cell {
  /** Gates that have a recurrent product (G). */
  readonly gates: number;
  /** Planes stored per unit (P). */
  readonly planes: number;
  readonly hasCell: boolean;
  /** A gradient is carried from step to step beside the recurrent product: dc of the LSTM, the direct path of the GRU. */
  readonly hasCarry: boolean;
  /** In which plane gate g's recurrent part and, in reverse, its gradient lie. */
  readonly recurrentPlane: (gate: number) => number;
  /** In which plane gate g's input part and, in reverse, its gradient lie. */
  readonly inputPlane: (gate: number) => number;
  /** WGSL of the step; `sum` says where the accumulated value of a gate with a recurrent product is. */
  readonly forward: (sum: (gate: number) => string) => string;
  /** Gates whose accumulated values stay in their planes, where reverse reads them. */
  readonly keptSums?: readonly number[];
  readonly reverse: Reverse;
  /** The same where layer normalisation (layer-norm.ts) lies within the cell itself; absent: the cell is as it is. */
  readonly normed?: { readonly forward: string; readonly reverse: Reverse };
}

/** One time step in reverse, on four units; all of it knows (gate, state, carried, isLast). */
export interface Reverse {
  /** The function's name, where a cell has two. */
  readonly name: string;
  /** Statements: what was stored on the way forward. */
  readonly stored: string;
  /** The same where the states after the step need not be what the cell gave (zoneout.ts); absent: the same. */
  readonly zoned?: string;
  /** dL/dh_t, complete: what lies in outputGradient, and the direct path of a GRU. */
  readonly hidden: string;
  /** LSTM: what dL/dc_t has from dh, beside what is carried. */
  readonly cell?: string;
  /** Statements from dh, and dc of the LSTM: the gate gradients. */
  readonly gates: string;
  /** What is carried to the step before. */
  readonly carry?: string;
}

/** dL/dh_t of a cell without a direct path. */
export const PLAIN_HIDDEN = 'outputGradient[state + ROW]';
/** What is carried from the step after. */
export const CARRIED = 'select(carry[carried], vec4f(), isLast)';
const gruHidden = `${PLAIN_HIDDEN} + ${CARRIED}`;

const same = (gate: number): number => gate;

/** The accumulated value of a gate where it lies in its plane. */
const inPlane =
  (planeOf: (gate: number) => number) =>
  (gate: number): string => {
    const plane = planeOf(gate);
    return plane === 0 ? 'gates[gate]' : `gates[gate + ${plane === 1 ? '' : `${plane}u * `}PLANE]`;
  };

/** The step of a cell whose accumulated values lie in their planes. */
export const forwardInPlanes = ({ forward, recurrentPlane }: Cell): string => forward(inPlane(recurrentPlane));

const rnn = (forward: string, derivative: string): Cell => ({
  gates: 1,
  planes: 1,
  hasCell: false,
  hasCarry: false,
  recurrentPlane: same,
  inputPlane: same,
  forward: (sum) => /* wgsl */ `
fn forward(gate: u32, state: u32) -> vec4f {
  let x = ${sum(0)};
  return ${forward};
}`,
  reverse: {
    name: 'backward',
    stored: 'let h = states[state + ROW];',
    zoned: 'let h = gates[gate];',
    hidden: PLAIN_HIDDEN,
    gates: `gates[gate] = dh * ${derivative};`,
  },
});

const lstmStored = (cell: string): string => /* wgsl */ `let i = gates[gate];
  let f = gates[gate + PLANE];
  let g = gates[gate + 2u * PLANE];
  let o = gates[gate + 3u * PLANE];
  let c = hyperbolic_tangent(${cell});`;

const lstmGates = (sum: (gate: number) => string): string => /* wgsl */ `let i = sigmoid(${sum(0)});
  let f = sigmoid(${sum(1)});
  let g = hyperbolic_tangent(${sum(2)});
  let o = sigmoid(${sum(3)});
  let c = f * cells[state] + i * g;
  gates[gate] = i;
  gates[gate + PLANE] = f;
  gates[gate + 2u * PLANE] = g;
  gates[gate + 3u * PLANE] = o;
  cells[state + ROW] = c;`;

const lstmReverse: Reverse = {
  name: 'backward',
  stored: lstmStored('cells[state + ROW]'),
  zoned: lstmStored('f * cells[state] + i * g'),
  hidden: PLAIN_HIDDEN,
  cell: 'dh * o * (1.0f - c * c)',
  gates: /* wgsl */ `gates[gate] = dc * g * i * (1.0f - i);
  gates[gate + PLANE] = dc * cells[state] * f * (1.0f - f);
  gates[gate + 2u * PLANE] = dc * i * (1.0f - g * g);
  gates[gate + 3u * PLANE] = dh * c * o * (1.0f - o);`,
  carry: 'dc * f',
};

const lstm: Cell = {
  gates: 4,
  planes: 4,
  hasCell: true,
  hasCarry: true,
  recurrentPlane: same,
  inputPlane: same,
  forward: (sum) => /* wgsl */ `
fn forward(gate: u32, state: u32) -> vec4f {
  ${lstmGates(sum)}
  return o * hyperbolic_tangent(c);
}`,
  reverse: lstmReverse,
  // normed_cell(state): the normalised c; through_cell: what dL/dc has from dh, which the whole row has made
  normed: {
    forward: /* wgsl */ `
fn forward_gates(gate: u32, state: u32) {
  ${lstmGates(inPlane(same))}
}

fn forward_hidden(gate: u32, state: u32) -> vec4f {
  return gates[gate + 3u * PLANE] * hyperbolic_tangent(normed_cell(state));
}`,
    reverse: { ...lstmReverse, stored: lstmStored('normed_cell(state)'), zoned: undefined, cell: 'through_cell' },
  },
};

/** Reset after the recurrent product (PyTorch, Keras reset_after): plane 3 keeps U_n h + b, which the gradient at r needs. */
const gru: Cell = {
  gates: 3,
  planes: 4,
  hasCell: false,
  hasCarry: true,
  recurrentPlane: (gate) => (gate === 2 ? 3 : gate),
  inputPlane: same,
  keptSums: [2],
  forward: (sum) => /* wgsl */ `
fn forward(gate: u32, state: u32) -> vec4f {
  let r = sigmoid(${sum(0)});
  let z = sigmoid(${sum(1)});
  let n = hyperbolic_tangent(gates[gate + 2u * PLANE] + r * ${sum(2)});
  gates[gate] = r;
  gates[gate + PLANE] = z;
  gates[gate + 2u * PLANE] = n;
  return (1.0f - z) * n + z * states[state];
}`,
  reverse: {
    name: 'backward',
    stored: /* wgsl */ `let r = gates[gate];
  let z = gates[gate + PLANE];
  let n = gates[gate + 2u * PLANE];`,
    hidden: gruHidden,
    gates: /* wgsl */ `let dn = dh * (1.0f - z) * (1.0f - n * n);
  gates[gate] = dn * gates[gate + 3u * PLANE] * r * (1.0f - r);
  gates[gate + PLANE] = dh * (states[state] - n) * z * (1.0f - z);
  gates[gate + 2u * PLANE] = dn;
  gates[gate + 3u * PLANE] = dn * r;`,
    carry: 'dh * z',
  },
};

/**
 * Reset before the recurrent product (Cho 2014): plane 3 keeps r∘h, the operand of U_n and of its gradient. Two dependent products a step:
 * `forward_gates` and `forward_candidate` around the second one, `backward_candidate` and `backward_gates` (GRU_BEFORE_GATES) likewise.
 */
const gruBefore: Cell = {
  gates: 3,
  planes: 4,
  hasCell: false,
  hasCarry: true,
  recurrentPlane: same,
  inputPlane: same,
  forward: () => /* wgsl */ `
fn forward_gates(gate: u32, state: u32) -> vec4f {
  let r = sigmoid(gates[gate]);
  let past = r * states[state];
  gates[gate] = r;
  gates[gate + PLANE] = sigmoid(gates[gate + PLANE]);
  gates[gate + 3u * PLANE] = past;
  return past;
}

fn forward_candidate(gate: u32, state: u32) -> vec4f {
  let z = gates[gate + PLANE];
  let n = hyperbolic_tangent(gates[gate + 2u * PLANE]);
  gates[gate + 2u * PLANE] = n;
  return (1.0f - z) * n + z * states[state];
}`,
  reverse: {
    name: 'backward_candidate',
    stored: /* wgsl */ `let z = gates[gate + PLANE];
  let n = gates[gate + 2u * PLANE];`,
    hidden: gruHidden,
    gates: /* wgsl */ `gates[gate + PLANE] = dh * (states[state] - n) * z * (1.0f - z);
  gates[gate + 2u * PLANE] = dh * (1.0f - z) * (1.0f - n * n);`,
    carry: 'dh * z',
  },
};

/** The second half of a step of the GRU with reset before. */
export const GRU_BEFORE_GATES = /* wgsl */ `
/** past: dL/d(r∘h), the product of U_n with the candidate's gradient. */
fn backward_gates(gate: u32, state: u32, carried: u32, past: vec4f) {
  let r = gates[gate];
  gates[gate] = past * states[state] * r * (1.0f - r);
  carry[carried] += past * r;
}`;

export const CELLS: Readonly<Record<CellKind, Cell>> = {
  'rnn-tanh': rnn('hyperbolic_tangent(x)', '(1.0f - h * h)'),
  'rnn-relu': rnn('select(vec4f(), x, x > vec4f())', 'select(vec4f(), vec4f(1.0f), h > vec4f())'),
  gru,
  'gru-before': gruBefore,
  lstm,
};
