/** The loss over all positions that have an output; with `gradient`, the logits become their gradients in place. */
import { controlElements } from '../../shaders/common/control.ts';
import { sigmoidCrossEntropy } from '../../shaders/sigmoid-cross-entropy.ts';
import { softmaxCrossEntropy } from '../../shaders/softmax-cross-entropy.ts';
import { squaredError } from '../../shaders/squared-error.ts';
import type { ModelSpec } from '../spec/model.ts';
import type { PlanBuilder } from './builder.ts';
import type { Head } from './layers/dense.ts';
import { chooseRowWorkgroup } from './strategy.ts';
import type { Tensor } from './tensor.ts';

export interface LossPlan {
  readonly head: Head;
  readonly control: Tensor;
  readonly targets: Tensor;
  /** Element offset of this micro-batch's targets. */
  readonly targetOffset: number;
  readonly losses: Tensor;
  readonly part: number;
  readonly gradient: boolean;
  readonly labelSmoothing: number;
  /** [B] u32: a row's targets past it do not count; of a softmax the targets themselves say so. */
  readonly lengths?: Tensor;
  /** Time steps at the beginning that do not count where a row reads on; default 0. */
  readonly overlap?: number;
}

export function planLoss(builder: PlanBuilder, { output }: ModelSpec, plan: LossPlan): void {
  const { head, control, targets, targetOffset, losses, part, gradient, labelSmoothing, lengths, overlap = 0 } = plan;
  const options = {
    rows: head.rows,
    classes: output.classes,
    stride: head.columns,
    gradient,
    workgroupSize: chooseRowWorkgroup(builder.profile),
    batch: head.batch,
    // a single output per row counts wherever the row begins and ends
    overlap: head.timeSteps > 1 ? overlap : 0,
  };
  const masks = lengths !== undefined && head.timeSteps > 1 && output.kind !== 'softmax';
  const masked = { ...options, lengths: masks };
  const kernel =
    output.kind === 'softmax'
      ? softmaxCrossEntropy({ ...options, labelSmoothing })
      : output.kind === 'sigmoid'
        ? sigmoidCrossEntropy(masked)
        : squaredError(masked);
  const values = { control: part * controlElements(head.batch), targets: targetOffset, losses: part * head.rows };
  builder.dispatch('loss', 'loss', kernel, { control, logits: head.logits, targets, losses, ...(masks ? { lengths } : {}) }, values);
}
