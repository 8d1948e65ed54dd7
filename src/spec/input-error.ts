/**
 * Says that something a user wrote or handed over cannot be used: an option, a file, a text, a tensor name. Its message
 * is one sentence that names the thing, what it wants and what it got, fit to be shown as it is: the command line prints
 * it and ends with exit code 2. Every other error is a fault of ours or of the platform.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}
