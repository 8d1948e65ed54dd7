/** How far a run is, as one line of text. */

export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly gradientNorm: number;
  /** 0 before the first step. */
  readonly tokensPerSecond: number;
  /** Seconds until the last step at the rate so far; undefined before there is a rate. */
  readonly secondsLeft?: number;
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 51234.5 as `51,235`. */
export const formatCount = (count: number): string => grouped.format(count);

/** 75 as `1:15`, an hour and more as `1:02:03`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pair = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${pair(minutes)}:${pair(whole % 60)}` : `${minutes}:${pair(whole % 60)}`;
}

/** Kept away from the border, where some terminals wrap. */
const MARGIN = 1;
const WIDEST_BAR = 40;
const NARROWEST_BAR = 5;

/** A line for a terminal of that width: `step 120/300 [########......] loss 2.310  51,234 tokens/s  0:12 left`. */
export function progressBar(progress: Progress, columns: number): string {
  const { step, steps } = progress;
  const head = `step ${String(step).padStart(String(steps).length)}/${steps}`;
  const tail = progress.tokensPerSecond === 0 ? 'compiling kernels' : figuresOf(progress).join('  ');
  const room = Math.min(WIDEST_BAR, columns - MARGIN - head.length - tail.length - 4);
  if (room < NARROWEST_BAR) return `${head} ${tail}`.slice(0, Math.max(0, columns - MARGIN));
  const filled = Math.floor((room * step) / steps);
  return `${head} [${'#'.repeat(filled)}${'.'.repeat(room - filled)}] ${tail}`;
}

/** A line for a log. */
export function progressLine(progress: Progress): string {
  const [loss, ...rest] = figuresOf(progress);
  return [`step ${progress.step}/${progress.steps}`, loss, `gradient norm ${progress.gradientNorm.toFixed(3)}`, ...rest].join('  ');
}

function figuresOf({ loss, tokensPerSecond, secondsLeft }: Progress): string[] {
  const left = secondsLeft === undefined ? [] : [`${formatSeconds(secondsLeft)} left`];
  return [`loss ${loss.toFixed(3)}`, `${formatCount(tokensPerSecond)} tokens/s`, ...left];
}
