import { PdiemError } from "@pdiem/light-client/error";
import { z } from "zod";

/**
 * Reads what a client sent.
 * @throws PdiemError `request/invalid`, a 400 that says what was expected
 */
export const parseRequest = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new PdiemError("request/invalid", z.prettifyError(parsed.error), "never");
};
