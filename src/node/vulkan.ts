/** Whether this process can load the Vulkan loader, and how it gets one without a restart. Linux only: elsewhere Dawn needs no loader. */
import { isLoadable, keepLoaded } from './libraries.ts';

const NAME = 'libvulkan.so.1';

/** Asks the dynamic linker just as Dawn will. */
export const hasVulkanLoader = (): boolean => isLoadable(NAME);

/** Loads the Vulkan loader at that path for good: Dawn then finds it, although LD_LIBRARY_PATH can no longer be changed. Says whether it worked. */
export function loadVulkan(file: string): boolean {
  keepLoaded(file);
  return hasVulkanLoader();
}
