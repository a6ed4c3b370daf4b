/** What each route asks of its callers. */
import type { Scope } from "../../api-settings.js";

/** `public` is what users need; all else needs a scope. */
export type Access = "public" | Scope;

/**
 * What a request may cost: `free` ones aren't counted, `costly` ones are counted apart and allowed
 * less often.
 */
export type Cost = "free" | "usual" | "costly";

declare module "fastify" {
  interface FastifyContextConfig {
    readonly access?: Access;
    readonly cost?: Cost;
    readonly costlyWith?: readonly string[];
  }
}
