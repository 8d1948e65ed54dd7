// Sweeps: one of T, H and B in powers of two, the others as they are in the middle of the sizes.

/** From and to are the first and last value of the axis that the sweep has in its name. */
const sweeps = {
  T: { B: 16, H: 64, from: 16, to: 1024 },
  H: { B: 16, T: 32, from: 32, to: 1024 },
  B: { T: 32, H: 64, from: 1, to: 512 },
};

/** Every axis that --sweep takes. */
export const sweepAxes = Object.keys(sweeps);

/**
 * The sizes of a sweep, from small to large, as text.
 *
 * @param {string} axis 'T', 'H' or 'B'
 * @returns {string[]}
 */
export function sweepSizes(axis) {
  const { from, to, ...others } = sweeps[axis];
  const sizes = [];
  for (let value = from; value <= to; value *= 2) {
    const { B, T, H } = { ...others, [axis]: value };
    sizes.push(`${B}x${T}x${H}`);
  }
  return sizes;
}

/** False for the rows of a peer whose line has ended. */
export const wasTried = ({ error }) => !error?.startsWith('not tried after ');

/**
 * Why a peer is not tried at the larger sizes of a sweep, or undefined if it is: it failed, or three calls, the fewest that are timed, no
 * longer fit in its cap.
 *
 * @param {{ size: string, ms?: number, error?: string }} row
 * @param {number} capSeconds
 * @returns {string | undefined}
 */
export function endOfLine({ size, ms, error }, capSeconds) {
  if (error) return wasTried({ error }) ? `not tried after ${size}: ${error}` : error;
  if (3 * ms > 1000 * capSeconds)
    return `not tried after ${size}: three steps of ${(ms / 1000).toFixed(1)} s are more than its ${capSeconds} s`;
}

/** Seconds that a peer may run at a size: what the command line says, or the larger of what either asks for. */
export const capOf = (entry, size, { capSeconds }) => capSeconds ?? Math.max(entry.capSeconds, size.capSeconds ?? 0);
