/** Numbers as the views write them. */

/** Three digits that count; powers of ten beyond a thousandth and ten thousand. */
export function figure(value: number): string {
  if (Number.isNaN(value)) return 'not a number';
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e4 ? String(Number(value.toPrecision(3))) : value.toExponential(1).replace('e+', 'e');
}

/** `12 %`, `< 1 %`, `0 %` */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) return '< 1 %';
  if (share < 1 && share > 0.995) return '> 99 %';
  return `${Math.round(share * 100)} %`;
}

export function milliseconds(value: number): string {
  return `${value < 0.0995 ? value.toFixed(3) : value < 9.95 ? value.toFixed(2) : value.toFixed(1)} ms`;
}

/** `l0` is layer 1, `encoder.l1_reverse` layer 2 of the encoder, backwards. */
export function layerName(name: string): string {
  const parts = /^(?:(encoder|decoder)\.)?l(\d+)(_reverse)?$/.exec(name);
  if (!parts) return name;
  const [, half, layer, reverse] = parts;
  return `${half ? `${half} ` : ''}layer ${Number(layer) + 1}${reverse ? ', backwards' : ''}`;
}
