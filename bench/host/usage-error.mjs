/** A mistake on the command line: one sentence that names the thing, what it got and what it wants. Exit code 2. */
export class UsageError extends Error {}
