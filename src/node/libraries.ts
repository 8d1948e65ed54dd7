/** Shared libraries in this process, through Node's own dlopen: it opens the library, finds that it is no add-on, and says one or the other. */
import { constants } from 'node:os';

const { RTLD_LAZY, RTLD_GLOBAL } = constants.dlopen;
/** glibc and musl: a library stays in the process although Node closes what is not an add-on. */
const RTLD_NODELETE = 0x1000;

/** Whether the dynamic linker finds the library of that name (or path), and all that it needs. */
export const isLoadable = (name: string): boolean => opens(name, RTLD_LAZY);

/** Loads the library at that path for good: the linker knows loaded libraries by name, so whoever asks for the name then gets it. Says whether it opened. */
export const keepLoaded = (file: string): boolean => opens(file, RTLD_LAZY | RTLD_GLOBAL | RTLD_NODELETE);

function opens(file: string, flags: number): boolean {
  try {
    process.dlopen({ exports: {} }, file, flags);
    return true;
  } catch (error) {
    return error instanceof Error && error.message.includes('did not self-register');
  }
}
