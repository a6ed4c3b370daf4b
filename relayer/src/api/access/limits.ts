/** How often one address may ask. */
import { isIP } from "node:net";
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ApiSettings } from "../../api-settings.js";
import type { Cost } from "./access.js";
import { type Caller, isForwarded } from "./caller.js";

declare module "fastify" {
  interface FastifyRequest {
    /** Who sent it, where that is known. */
    caller: Caller | undefined;
  }
}

/** Addresses that are remembered: beyond them those that asked least lately are forgotten. */
const MOST_ADDRESSES = 20_000;

/** Whoever sits at the machine, or shows a token, isn't counted. */
const isOfOperator = ({ caller, ip, headers }: FastifyRequest): boolean =>
  caller !== undefined ||
  (!isForwarded(headers) && (ip === "::1" || (isIP(ip) !== 0 && /^(?:::ffff:)?127\./.test(ip))));

/** Gives what stands for an address: IPv6 hosts have a whole /64 each. */
export const addressKey = (ip: string): string => {
  if (isIP(ip) !== 6 || ip.startsWith("::ffff:")) return ip;
  const [head = "", tail] = ip.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const last = (tail ?? "").split(":").filter((group) => group !== "");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - last.length);
  return [...groups, ...Array.from({ length: zeros }, () => "0"), ...last].slice(0, 4).join(":");
};

const costOf = ({ query, routeOptions: { config } }: FastifyRequest): Cost => {
  const asked = typeof query === "object" && query !== null ? Object.keys(query) : [];
  return config.costlyWith?.some((name) => asked.includes(name)) === true ? "costly" : (config.cost ?? "usual");
};

/** Counts requests by address, those that cost more apart. */
export const limitRoutes = async (app: FastifyInstance, { limits }: Pick<ApiSettings, "limits">): Promise<void> => {
  await app.register(rateLimit, {
    global: true,
    cache: MOST_ADDRESSES,
    timeWindow: 60_000,
    max: (request) => (costOf(request) === "costly" ? limits.costly : limits.usual),
    keyGenerator: (request) => `${costOf(request)} ${addressKey(request.ip)}`,
    allowList: (request) => costOf(request) === "free" || isOfOperator(request),
    errorResponseBuilder: (_, { after }) =>
      Object.assign(new Error(`too many requests from this address: ask again in ${after}`), {
        statusCode: 429,
        code: "request/too-many",
      }),
  });
};
