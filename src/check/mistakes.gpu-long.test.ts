/** Mistakes that a programmer makes, in kernels that are right: the comparison with the twins must notice each. The twins' own are in src/reference/mutation.test.ts. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestDevice } from '../gpu/device.ts';
import { shortestCase } from './quick-cases.ts';
import { runCase } from './run-case.ts';

let device: GPUDevice;

beforeAll(async () => {
  device = await requestDevice();
});

afterAll(() => device.destroy());

interface Mistake {
  readonly name: string;
  readonly kernel: string;
  /** Begins the variant, stands in the label. */
  readonly variant?: string;
  readonly label?: string;
  /** Pieces of WGSL and what they become. */
  readonly change: readonly (readonly [from: string | RegExp, to: string])[];
}

const lstmForward: Mistake['change'] = [
  ['let i = sigmoid(gates[gate]);', 'let i = sigmoid(gates[gate + PLANE]);'],
  ['let f = sigmoid(gates[gate + PLANE]);', 'let f = sigmoid(gates[gate]);'],
];
const lstmBackward: Mistake['change'] = [
  ['gates[gate] = dc * g', 'gates[gate + PLANE] = dc * g'],
  ['gates[gate + PLANE] = dc * cells', 'gates[gate] = dc * cells'],
];
const gruForward: Mistake['change'] = [[/let r = (sigmoid\([^;]*;)\s*let z = (sigmoid\([^;]*;)/, 'let z = $1 let r = $2']];
const recurrentBias: Mistake['change'] = [[/= weights\[call\.biasHidden[^\]]*\]/g, '= vec4f()']];
const endless: Mistake['change'] = [['min(lengths[call.lengths + b],', 'max(lengths[call.lengths + b] & 1u,']];
const forgottenCarry: Mistake['change'] = [['select(carry[carried], vec4f(), isLast)', 'vec4f()']];

const mistakes: readonly Mistake[] = [
  { name: 'gates i and f swapped', kernel: 'sequence-forward', variant: 'lstm', change: lstmForward },
  { name: 'gates i and f swapped', kernel: 'step-forward', variant: 'lstm', change: lstmForward },
  { name: 'gradients of i and f swapped', kernel: 'sequence-backward', variant: 'lstm', change: lstmBackward },
  { name: 'gradients of i and f swapped', kernel: 'step-backward', variant: 'lstm', change: lstmBackward },
  {
    name: 'the gradient through the deviation dropped',
    kernel: 'layer-norm-step-backward',
    variant: 'lstm',
    change: [[/ \+ norms\[NORMED [^\]]*\] \* totals\[0u \+ b\]\.y/g, '']],
  },
  {
    name: 'the gradient through the mean dropped',
    kernel: 'layer-norm-sequence-backward',
    variant: 'gru ',
    change: [[/totals\[0u \+ b\]\.x \+ /g, '']],
  },
  { name: 'the mean left in the row', kernel: 'layer-norm-sequence-forward', change: [[/\] - mean\) \* scale/g, ']) * scale']] },
  { name: 'padding counted', kernel: 'layer-norm-rows', label: '18 in 20', change: [[/return select\(vec4f\(\), x, [^;]*;/, 'return x;']] },
  { name: 'the norm of some of the units', kernel: 'step-clip-backward', change: [['add_up(local);', 'workgroupBarrier();']] },
  { name: 'gates r and z swapped', kernel: 'sequence-forward', variant: 'gru', change: gruForward },
  { name: 'n instead of h in the last line', kernel: 'step-forward', variant: 'gru', change: [['z * states[state]', 'z * n']] },
  {
    name: 'r·h taken after the product',
    kernel: 'gru-before-gates-forward',
    change: [['let past = r * states[state]', 'let past = states[state]']],
  },
  { name: 'the recurrent bias dropped', kernel: 'sequence-forward', variant: 'lstm', label: 'bias both', change: recurrentBias },
  { name: 'the recurrent bias dropped', kernel: 'step-forward', variant: 'gru', label: 'bias both', change: recurrentBias },
  { name: 'the recurrent bias dropped', kernel: 'gru-before-candidate-forward', label: 'bias both', change: recurrentBias },
  { name: 'the bias dropped', kernel: 'matmul', label: ', bias', change: [[/workgroup\.z == 0u/g, 'workgroup.z == 99u']] },
  {
    name: "every workgroup's columns those of the first",
    kernel: 'matmul',
    variant: 'rows rows 4x4 shared',
    change: [[/min\(workgroupColumn \+ /g, 'min(0u + ']],
  },
  {
    name: "every slice's operands those of the first",
    kernel: 'step-forward',
    variant: 'lstm tokens 4x4 shared',
    change: [[/let begun = start \+ [^;]*;/, 'let begun = start;']],
  },
  {
    name: 'numbers of a slice that nobody stored',
    kernel: 'step-backward',
    variant: 'gru 4x4 shared',
    change: [[/shared_left\[place % 8u \* 17u \+ place \/ 8u\] =/, 'shared_left[place % 7u * 17u + place / 8u] =']],
  },
  {
    name: "every workgroup's rows those of the first",
    kernel: 'weight-gradient',
    variant: 'lstm 4x4 shared',
    change: [[/left_place_0\(workgroupRow \/ 4u \+ /, 'left_place_0(0u + ']],
  },
  {
    name: 'the bias added by every part',
    kernel: 'matmul',
    label: ', bias, 2 parts',
    change: [[/workgroup\.z == 0u/g, 'workgroup.z < 99u']],
  },
  {
    name: 'the bias gradient dropped',
    kernel: 'weight-gradient',
    label: 'b_ih b_hh',
    change: [['call.out + call.biasHidden', 'call.out + call.biasInput']],
  },
  { name: 'one step too few', kernel: 'sequence-forward', variant: 'lstm', change: [['t < call.end', 't + 1u < call.end']] },
  {
    name: 'a state stored one step early',
    kernel: 'step-forward',
    variant: 'rnn-tanh',
    change: [['states[state + ROW] = ', 'states[state] = ']],
  },
  {
    name: 'the reverse sweep one step late',
    kernel: 'sequence-backward',
    variant: 'gru',
    change: [['i = call.end - 1u', 'i = call.end - 2u']],
  },
  {
    name: 'the gates of this step instead of the next',
    kernel: 'step-backward',
    variant: 'lstm',
    change: [['gates[((i * BATCH', 'gates[(((i - 1u) * BATCH']],
  },
  {
    name: 'the gates of this step instead of the next',
    kernel: 'sequence-backward',
    variant: 'lstm 8x16 lanes',
    change: [['gates[((i * BATCH', 'gates[(((i - 1u) * BATCH']],
  },
  {
    name: 'states that go on past the end of a row',
    kernel: 'sequence-forward',
    variant: 'lstm tokens 1x4 lengths',
    change: [['t < lengths[row]', 't <= lengths[row]']],
  },
  {
    name: 'a gradient that ends at the end of a row',
    kernel: 'step-backward',
    variant: 'gru 1x4 lengths',
    change: [['outputGradient[state] += outputGradient[state + ROW];', '']],
  },
  {
    name: 'the direct path to the initial state forgotten',
    kernel: 'sequence-backward',
    variant: 'gru 1x4 initial',
    change: [['outputGradient[row * UNITS + unit] += carry[row * UNITS + unit];', '']],
  },
  {
    name: 'states[t + 1] as the operand of dU',
    kernel: 'weight-gradient',
    variant: 'lstm',
    label: 'batch 3,',
    change: [[/states\[(k\d) \*/g, 'states[($1 + 3u) *']],
  },
  { name: 'the carry forgotten', kernel: 'sequence-backward', variant: 'lstm', change: forgottenCarry },
  { name: 'the carry forgotten', kernel: 'step-backward', variant: 'gru', change: forgottenCarry },
  { name: 'the carry forgotten', kernel: 'gru-before-candidate-backward', change: forgottenCarry },
  { name: 'targets one token early', kernel: 'gather-batch', label: 'targets', change: [['TARGETS + b] + t]', 'TARGETS + b] + t - 1u]']] },
  { name: 'rows that do not end', kernel: 'reverse-rows', variant: 'vectors lengths', change: endless },
  { name: 'one step off', kernel: 'reverse-rows', variant: 'tokens lengths', change: [['end - 1u - t', 'end - t']] },
  {
    name: 'the reverse direction in the order of time',
    kernel: 'join-directions',
    variant: 'concat lengths',
    change: [['(end - 1u - t) * BATCH + b', 'position']],
  },
  { name: 'a sum instead of the mean', kernel: 'join-directions', variant: 'mean', change: [[/SHARE = [^;]*/, 'SHARE = 1.0f']] },
  { name: 'the noise of another layer', kernel: 'join-directions', variant: 'single noise', change: [['+ call.layer', '+ 1u']] },
  {
    name: "one direction's dropout for both",
    kernel: 'join-directions-backward',
    variant: 'concat lengths noise',
    change: [['kept(position, vector)', 'kept(position, vector % WIDTH)']],
  },
  { name: 'rows that do not end', kernel: 'join-directions-backward', variant: 'sum lengths', change: endless },
  { name: 'the mean over T', kernel: 'pool-rows', variant: 'mean lengths', change: [['f32(max(end, 1u))', '7.0f']] },
  { name: 'a maximum past the end', kernel: 'pool-rows', variant: 'max lengths', change: [['t < end', 't <= end']] },
  {
    name: 'the last maximum',
    kernel: 'pool-rows-backward',
    variant: 'max',
    label: 'ties',
    change: [['vec4u(t), row > highest', 'vec4u(t), row >= highest']],
  },
  { name: 'rows that do not end', kernel: 'squared-error', variant: 'gradient lengths', change: [[/is_real = [^;]*/, 'is_real = true']] },
  {
    name: 'rows that do not end',
    kernel: 'sigmoid-cross-entropy',
    variant: 'loss lengths',
    change: [[/is_real = [^;]*/, 'is_real = true']],
  },
  {
    name: 'top-p without the temperature',
    kernel: 'sample',
    label: '200 classes, temperature 3, top 60, p 0.8',
    change: [['(logit - highest) / temperature,', 'logit - highest,']],
  },
  {
    name: 'top-p of all classes',
    kernel: 'sample',
    label: '200 classes, temperature 3, top 60, p 0.8',
    change: [['mass_at_least(level, likeliest', 'mass_at_least(0u, likeliest']],
  },
  {
    name: 'top-p forgotten',
    kernel: 'sample',
    label: '200 classes, temperature 1, top all, p 0.6',
    change: [['max(level, nucleus)', 'level']],
  },
  {
    name: 'the highest id of equals',
    kernel: 'sample',
    label: '200 classes, temperature 0, top all, ties',
    change: [['other.y < first.y', 'other.y > first.y']],
  },
  {
    name: 'a step that costs what it does alone',
    kernel: 'beam-step',
    label: '3 examples',
    change: [['sums[b] + (logit - norms[b])', 'logit - norms[b]']],
  },
  { name: 'logits instead of log-probabilities', kernel: 'beam-step', label: '3 examples', change: [['- norms[b])', ')']] },
  { name: 'hypotheses that never end', kernel: 'beam-step', label: '3 examples', change: [['if (ended[b] == 1u)', 'if (ended[b] == 2u)']] },
  { name: 'beams that all begin alive', kernel: 'beam-step', label: '3 examples', change: [['select(DEAD, 0.0f, b == 0u)', '0.0f']] },
  {
    name: 'the higher of equals',
    kernel: 'beam-step',
    label: 'ties',
    change: [['return a.index < b.index;', 'return a.index > b.index;']],
  },
  { name: 'the row instead of its parent', kernel: 'reorder-rows', change: [['+ parent * ', '+ index / 2u * ']] },
  {
    name: 'the whole batch repeated',
    kernel: 'repeat-rows',
    label: '3 times',
    change: [[/index \/ \d+u \* (\d+)u/, 'index / $1u % 5u * $1u']],
  },
  { name: 'patches that begin at the edge', kernel: 'patches', change: [['tap / 3u;', 'tap / 3u + 1u;']] },
  { name: 'the row above where the image ends', kernel: 'patches', change: [['|| x == 0u', '']] },
  { name: 'patches side by side', kernel: 'patches-backward', change: [['pixel % WIDTH + 3u', 'pixel % WIDTH + 2u']] },
  { name: 'the last patch forgotten', kernel: 'patches-backward', change: [['y / 2u <= PATCHES_HEIGHT', 'y / 2u < PATCHES_HEIGHT']] },
  { name: 'a slope below zero', kernel: 'relu-rows-backward', change: [['> vec4f())', '>= vec4f())']] },
  {
    name: 'a mask of one step too many',
    kernel: 'attention-forward',
    change: [['min(lengths[call.lengths + b], SOURCES)', 'min(lengths[call.lengths + b] + 1u, SOURCES)']],
  },
  {
    name: 'the sum left out of the gradient of the softmax',
    kernel: 'attention-score-backward',
    change: [[/ - mean\d/g, ' - 0.0f']],
  },
  {
    name: 'the last step left out',
    kernel: 'attention-query-backward',
    change: [['min(lengths[call.lengths + b], SOURCES)', 'SOURCES - 1u']],
  },
  {
    name: 'the slope of tanh forgotten',
    kernel: 'attention-query-backward',
    variant: 'additive',
    label: 'scores ordinary',
    change: [[/\(1\.0f - h \* h\)/g, '1.0f']],
  },
  {
    name: 'the alignment instead of the gradient of the scores',
    kernel: 'attention-source-backward',
    change: [[/scoreGradient\[/g, 'alignment[']],
  },
  { name: 'nothing added', kernel: 'matmul', variant: 'rows rows 4x4 accumulate', change: [[/= out\[[^\]]*\] \+ /g, '= ']] },
  {
    name: "another parameter's factor",
    kernel: 'update',
    label: 'norms <= 3, ',
    change: [['if (p.w == own)', 'if (p.w == own + 1u)']],
  },
  {
    name: 'updates that go on',
    kernel: 'update',
    variant: 'adam halting',
    label: 'halted',
    change: [['step.is_finite *= ', 'let ignored = ']],
  },
  {
    name: 'changes taken for parameters',
    kernel: 'change-norms',
    change: [['select(x - y,', 'select(x,']],
  },
  { name: 'a piece of the parameter before', kernel: 'gradient-norm', label: ' + ', change: [['pieces[workgroup.x].z', '0u']] },
  { name: 'a step late', kernel: 'time-norms', change: [['(t + 1u) *', 't *']] },
  {
    name: 'the place of an earlier step overwritten',
    kernel: 'finite-steps',
    label: 'halted',
    change: [['local == 0u && !is_halted', 'local == 0u']],
  },
  { name: 'the initial state judged', kernel: 'finite-steps', label: 'states 0,4', change: [[', is_gradient) + 1u)', ', is_gradient))']] },
  {
    name: 'squares without an exponent',
    kernel: 'time-norms',
    label: 'gradients of 1e-25',
    change: [['gradient_at(t, index) * reciprocal_scale(highest)', 'gradient_at(t, index)']],
  },
  ...(['lstm', 'gru-before', 'layer-norm'] as const).map((kind) => ({
    name: 'gradients read before they are there',
    kernel: kind === 'lstm' ? 'sequence-backward' : `${kind}-sequence-backward`,
    variant: kind === 'gru-before' ? '8x4 staged' : 'lstm 8x4 staged',
    label: 'hidden 20',
    change: [[/storageBarrier\(\);/g, '']] as const,
  })),
  { name: 'neighbours mixed up', kernel: 'step-backward', variant: 'lstm 8x16 lanes', change: [[/l0\.y/g, 'l0.x']] },
  { name: 'the state before', kernel: 'state-health', variant: 'rnn-relu', label: 'T 4', change: [['position + BATCH', 'position']] },
  {
    name: 'rows that do not end',
    kernel: 'state-health',
    variant: 'gru lengths',
    change: [['min(lengths[call.lengths + b],', 'max(lengths[call.lengths + b],']],
  },
  {
    name: 'a matrix copied straight',
    kernel: 'update',
    variant: 'sgd',
    change: [['select(element, transposed,', 'select(element, element,']],
  },
  {
    name: 'the workgroups of a part not counted from 0',
    kernel: 'beside',
    change: [[/workgroup - vec3u\(call\.until_\d, 0u, 0u\)/g, 'workgroup']],
  },
  { name: 'the second number of a vector for the first', kernel: 'beside', change: [[/\) & 3u\]/g, ') & 2u]']] },
  {
    name: "the last part where the first's workgroups are",
    kernel: 'beside',
    change: [['workgroup.x < call.until_0', 'workgroup.x > call.until_2']],
  },
  { name: 'a matrix packed straight', kernel: 'pack-halves', change: [['(element - column * rows) * columns + column', 'element']] },
  { name: 'cut off instead of rounded', kernel: 'pack-halves', label: 'ordinary', change: [[' + vec4u(0xfffu)', '']] },
  { name: 'ties away from even', kernel: 'pack-halves', label: 'ordinary', change: [['& vec4u(1u))', '| vec4u(1u))']] },
  {
    name: 'vanishing numbers cut off',
    kernel: 'pack-halves',
    label: 'tiny',
    change: [['abs(values) + vec4f(0.5f)', 'abs(values) - vec4f(2e-8f) + vec4f(0.5f)']],
  },
];

it.concurrent.each(mistakes)('$kernel $variant: $name', async ({ kernel, variant = '', label = '', change }) => {
  const tested = shortestCase(
    ({ kernel: known, label: words }) =>
      known.name === kernel &&
      known.variant.startsWith(variant) &&
      !known.variant.endsWith(' half') &&
      words.includes(label) &&
      !words.includes('T 1,'),
  );
  const mutated = change.reduce((code, [from, to]) => {
    expect(code.replace(from, to), `the code has ${String(from)}`).not.toBe(code);
    return code.replace(from, to);
  }, tested.kernel.code);
  expect(await runCase(device, tested)).toMatchObject({ ok: true });
  expect(await runCase(device, tested, (original) => ({ ...original, code: mutated }))).toMatchObject({ ok: false });
});
