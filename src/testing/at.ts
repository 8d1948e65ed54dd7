/** Part `index` of `count` equal parts of an array: of time-major values a time step, of a time step's a row. */
export const at = <Values extends Int32Array | Float32Array>(values: Values, index: number, count: number): Values =>
  values.slice((index * values.length) / count, ((index + 1) * values.length) / count) as Values;
