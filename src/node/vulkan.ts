/** Whether this process can load the Vulkan loader, and how it gets one without a restart. Linux only: elsewhere Dawn needs no loader. */
import { constants } from 'node:os';

const NAME = 'libvulkan.so.1';
/** glibc and musl: a library stays in the process although Node closes what is not an add-on. */
const RTLD_NODELETE = 0x1000;

/** Asks the dynamic linker just as Dawn will. */
export const hasVulkanLoader = (): boolean => opens(NAME, constants.dlopen.RTLD_LAZY);

/**
 * Loads the Vulkan loader at that path for good. The linker knows loaded libraries by name, so Dawn then finds it, although
 * LD_LIBRARY_PATH can no longer be changed. Says whether it worked.
 */
export function loadVulkan(file: string): boolean {
  opens(file, constants.dlopen.RTLD_LAZY | constants.dlopen.RTLD_GLOBAL | RTLD_NODELETE);
  return hasVulkanLoader();
}

/** dlopen through Node, which opens the library, finds that it is no add-on, and says one or the other. */
function opens(file: string, flags: number): boolean {
  try {
    process.dlopen({ exports: {} }, file, flags);
    return true;
  } catch (error) {
    return error instanceof Error && error.message.includes('did not self-register');
  }
}
