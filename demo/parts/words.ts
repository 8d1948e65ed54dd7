/** The engine's sentence with a full stop, and a capital unless it begins with a name such as `hiddenSize`. */
export function sentence(message: string): string {
  const text = message.trim();
  const start = /^[a-z]+\b/.test(text) ? text.charAt(0).toUpperCase() : text.charAt(0);
  return start + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
