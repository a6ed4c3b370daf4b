import { z } from "zod";
import { RpcError } from "../../error.js";
import type { Json } from "./lossless.js";

/**
 * Parses a result by the shape it should have; fields that the shape doesn't name are left out.
 * @throws RpcError `rpc/malformed`
 */
export const shaped = <T>(shape: z.ZodType<T>, result: Json): T => {
  const parsed = shape.safeParse(result);
  if (parsed.success) return parsed.data;
  throw new RpcError("rpc/malformed", z.prettifyError(parsed.error), "backoff");
};
