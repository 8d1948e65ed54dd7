/** Which rows start anew, as the kernels of learned initial states ask. */
import { wgsl } from '../wgsl.ts';
import { control } from './control.ts';

/** is_anew(b); `chosen`: control says so, from the uniform `control` on; otherwise every row does. */
export const isAnew = (chosen: boolean, batch: number): string => wgsl`
#if ${chosen}
${control(batch)}
fn is_anew(b: u32) -> bool { return control[call.control + ANEW + b] != 0u; }
#else
fn is_anew(b: u32) -> bool { return true; }
#endif`;
