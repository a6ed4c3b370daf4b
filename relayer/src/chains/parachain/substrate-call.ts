import type { z } from "zod";

/** Asks one node. What it answers is parsed by `schema`, and believed no further. */
export type SubstrateCall = <T>(method: string, params: readonly unknown[], schema: z.ZodType<T>) => Promise<T>;
