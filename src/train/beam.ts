import { readBuffers } from '../gpu/readback.ts';
import { type BeamPlan, type BeamSizes, planBeam } from '../plan/beam.ts';
import type { ModelSpec } from '../spec/model.ts';
import type { Batch } from './batches.ts';
import type { Decoded } from './decode.ts';
import { createDecodingRun, type DecodingRun, submit, withoutPadding, writeSources } from './decoding-run.ts';
import { followBeams } from './follow-beams.ts';
import type { ModelState } from './model-state.ts';

/** The best of `beam` hypotheses for each row; everything but the way back happens on the GPU, without an await in between. */
export function searchBeams(
  spec: ModelSpec,
  state: ModelState,
  sizes: BeamSizes,
  lengthPenalty: number,
  read: Pick<Batch, 'input' | 'lengths'>,
): Promise<Decoded> {
  const { batch, beam, timeSteps, sourceSteps } = sizes;
  const mark = spec.decoder?.mark ?? 0;
  return state.runs.use(
    `beam ${beam} ${timeSteps} ${sourceSteps} ${batch}`,
    () => createDecodingRun(state, spec, sizes, (profile) => planBeam(spec, sizes, profile)),
    async (run) => {
      const { planned, executor } = run;
      const { reading, tokens, parents, written, scores, alignments } = planned;
      writeSources(spec, sizes, run, reading, planned.control, read);
      writeRepeatedLengths(sizes, run, read);
      executor.write(tokens, new Uint32Array(batch * beam).fill(mark));
      submit(state, run);
      const wanted = [parents, written, scores, ...(alignments ? [alignments] : [])];
      const bytes = await readBuffers(
        state.device,
        wanted.map((each) => ({ buffer: executor.bufferOf(each), size: each.bytes })),
      );
      const choices = { parents: new Uint32Array(bytes[0]), written: new Uint32Array(bytes[1]), scores: new Float32Array(bytes[2]) };
      const best = followBeams(choices, { batch, beam, timeSteps, mark, lengthPenalty });
      const found = { ids: best.ids, scores: best.scores };
      if (!alignments) return found;
      return { ...found, alignment: alignmentOf(withoutPadding(new Float32Array(bytes[3]), sourceSteps), best.rows, sizes) };
    },
  );
}

/** Attention reads the length of every hypothesis' source. */
function writeRepeatedLengths(
  { batch, beam, sourceSteps }: BeamSizes,
  run: DecodingRun<BeamPlan>,
  { lengths }: Pick<Batch, 'lengths'>,
): void {
  const { attention, lengths: places } = run.planned.writing;
  if (!attention || !places) return;
  const repeated = Uint32Array.from({ length: batch * beam }, (_, row) => lengths?.[Math.floor(row / beam)] ?? sourceSteps);
  run.executor.write(places[0], repeated);
}

/** [T, B, S] of the hypotheses that were followed, out of [T, B·beam, S]. */
function alignmentOf(all: Float32Array, rows: Int32Array, { batch, beam, sourceSteps }: BeamSizes): Float32Array {
  const out = new Float32Array(rows.length * sourceSteps);
  rows.forEach((row, place) => {
    const from = (Math.floor(place / batch) * batch * beam + row) * sourceSteps;
    out.set(all.subarray(from, from + sourceSteps), place * sourceSteps);
  });
  return out;
}
