import type { z } from 'zod';

/** What the contract says of a field: the description that REST's document has, too. */
export function said(schema: z.ZodObject, field: string): string {
  const { description } = schema.shape[field] as { readonly description?: string };
  if (description === undefined) throw new Error(`the contract says nothing of ${field}`);
  return description;
}
