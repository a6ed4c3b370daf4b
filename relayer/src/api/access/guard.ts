/** Turns away whoever may not do what they ask for, before anything is read of it. */
import { isIP } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { ApiSettings } from "../../api-settings.js";
import { ConfigError } from "../../error.js";
import { sendError } from "../errors.js";
import type { Access } from "./access.js";
import { AccessError } from "./access-error.js";
import { type Caller, callerOf, isForwarded, isLoopback, isOpen } from "./caller.js";

const unknown = (): AccessError =>
  new AccessError("access/unauthenticated", "expected a token: Authorization: Bearer TOKEN, of one of api.tokens", 401);

const OPEN_TO_PROXY =
  "expected api.tokens or api.signIn in the configuration: a proxy has handed this request on, and nobody was asked who they are";

/** Everybody who reaches an open loopback may do all, unless a proxy lets others reach it. */
const permit = (settings: ApiSettings, access: Access, { headers }: FastifyRequest): Caller | undefined => {
  const caller = callerOf(settings, headers);
  if (access === "public") return caller;
  if (isOpen(settings)) {
    if (isForwarded(headers)) throw new AccessError("access/unauthenticated", OPEN_TO_PROXY, 401);
    return { name: "loopback", scopes: [access] };
  }
  if (caller === undefined) throw unknown();
  if (!caller.scopes.includes(access))
    throw new AccessError("access/forbidden", `expected a caller with the scope ${access}`, 403);
  return caller;
};

const hostnameOf = (host: string): string =>
  host
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();

/** A page of another name that leads here would else be taken for this relayer's own. */
const checkHost = ({ hosts, host }: ApiSettings, request: FastifyRequest): void => {
  const name = hostnameOf(request.headers.host ?? "");
  const isAnyName = hosts.length === 0 && !isLoopback(host);
  if (isAnyName || isIP(name) !== 0 || name === "localhost" || name === host || hosts.includes(name)) return;
  throw new AccessError("access/other-host", "expected to be asked by an address, or a name that api.hosts lists", 421);
};

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** Browsers name the page that a request is from: others' pages change nothing here. */
const checkOrigin = ({ origins }: ApiSettings, { method, headers }: FastifyRequest): void => {
  const { origin } = headers;
  if (SAFE.has(method) || origin === undefined || origins.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === headers.host) return;
  throw new AccessError("access/other-origin", "expected a page of this relayer's, or of api.origins", 403);
};

/**
 * Refuses to be reached by others while nobody is asked who they are.
 * @throws ConfigError `config/open-api`
 */
export const expectGuarded = (settings: ApiSettings): void => {
  const isReached = !isLoopback(settings.host) || settings.trustedProxies.length > 0;
  if (!isOpen(settings) || !isReached) return;
  throw new ConfigError(
    "config/open-api",
    `expected api.tokens or api.signIn, as ${isLoopback(settings.host) ? "a proxy" : `api.host ${settings.host}`} lets others reach it: docs/api.md says how`,
  );
};

/** Says what a request needs, where its route doesn't. */
export type AccessOf = (request: FastifyRequest) => Access;

/** Guards all routes of an instance. Whoever changes something is logged by name. */
export const guardRoutes = (app: FastifyInstance, settings: ApiSettings, accessOf: AccessOf, log: Logger): void => {
  const identify = (request: FastifyRequest): Caller | undefined => {
    checkHost(settings, request);
    checkOrigin(settings, request);
    return permit(settings, accessOf(request), request);
  };
  app.addHook("onRequest", async (request, reply) => {
    try {
      request.caller = identify(request);
    } catch (error) {
      if (!(error instanceof AccessError)) throw error;
      // The dashboard has a handler of errors of its own.
      return sendError(reply, error, error.status);
    }
    const { caller, method } = request;
    if (caller !== undefined && !SAFE.has(method) && !isOpen(settings))
      log.info({ caller: caller.name, method, route: request.routeOptions.url }, "asked");
    return undefined;
  });
};
