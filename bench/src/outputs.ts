// The outputs of a peer that infers: what they cost in nats, and how they leave the page.
import type { Data } from './data.ts';
import type { Workload } from './workload.ts';

/** Mean cross entropy of logits [T, B, O] (task A) or [B, O] (B), in nats. */
export function crossEntropy({ task, B, T, O }: Workload, { y }: Data, logits: Float32Array): number {
  const places = logits.length / O;
  let sum = 0;
  for (let place = 0; place < places; place++) {
    const row = logits.subarray(place * O, place * O + O);
    const target = task === 'A' ? y[(place % B) * T + Math.floor(place / B)] : y[place];
    const top = row.reduce((most, z) => Math.max(most, z), Number.NEGATIVE_INFINITY);
    sum += top + Math.log(row.reduce((total, z) => total + Math.exp(z - top), 0)) - row[target];
  }
  return sum / places;
}

/** The bytes of all parts, one behind the other, as base64: a message between page and host of a megabyte or more is slow as numbers. */
export async function toBase64(parts: readonly Float32Array[]): Promise<string> {
  const reader = new Blob(parts.map((part) => part.slice().buffer as ArrayBuffer)).arrayBuffer();
  const bytes = new Uint8Array(await reader);
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
