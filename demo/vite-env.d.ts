/// <reference types="vite/client" />

declare module 'virtual:catalogue' {
  /** All built-in tasks as plain data. */
  export const catalogue: readonly import('./state/catalogue.ts').CatalogueEntry[];
}
