/**
 * schedule_factor(applied): what the learning rate is multiplied by after `applied` updates, on the GPU, because only the GPU knows how many
 * updates were applied. A linear warm-up first; the schedule counts from its end. Formulas: torch.optim.lr_scheduler.
 */
import { f32, wgsl } from '../wgsl.ts';

export type ScheduleNumbers = { readonly warmupSteps: number } & (
  | { readonly kind: 'constant' }
  | { readonly kind: 'cosine'; readonly totalSteps: number; readonly minimumFactor: number }
  | { readonly kind: 'step'; readonly every: number; readonly factor: number }
  | { readonly kind: 'exponential'; readonly factor: number }
);

function after(numbers: ScheduleNumbers): string {
  switch (numbers.kind) {
    case 'constant':
      return '1.0f';
    case 'cosine': {
      const { minimumFactor, totalSteps, warmupSteps } = numbers;
      const progress = `min(1.0f, f32(since) / ${f32(Math.max(1, totalSteps - warmupSteps))})`;
      return `${f32(minimumFactor)} + ${f32((1 - minimumFactor) / 2)} * (1.0f + cos(${f32(Math.PI)} * ${progress}))`;
    }
    case 'step':
      return `exp(f32(since / ${numbers.every}u) * ${f32(Math.log(numbers.factor))})`;
    case 'exponential':
      return `exp(f32(since) * ${f32(Math.log(numbers.factor))})`;
  }
}

export function schedule(numbers: ScheduleNumbers): string {
  const hasWarmup = numbers.warmupSteps > 0;
  return wgsl`
fn schedule_factor(applied: u32) -> f32 {
#if ${hasWarmup}
  if (applied < ${numbers.warmupSteps}u) { return f32(applied + 1u) / ${f32(Math.max(1, numbers.warmupSteps))}; }
#endif
  let since = applied - ${numbers.warmupSteps}u;
  return ${after(numbers)};
}`;
}
