import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { FastifyInstance, InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "../../api-settings.js";
import type { ConfigFile } from "../../config.js";
import { createLonelyApi, type LonelyApi, type RegisteredRoute, routesOf } from "../testing/lonely-api.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const SCOPES: readonly Scope[] = ["read:internals", "operate", "hand-in"];
const tokenOf = (scope: Scope): string => `token-of-one-who-may-${scope}`;
const tokens = SCOPES.map((one, i) => ({ name: `caller-${i}`, sha256: sha256(tokenOf(one)), scopes: [one] }));
const SECRET = "the proxy's own secret";
const signIn = { secretSha256: sha256(SECRET), scopes: ["read:internals" as const] };

const apis: LonelyApi[] = [];
/** @param isRedisThere where it is said to be, though it isn't, whoever asks for jobs waits */
const start = async (settings: ConfigFile["api"], isRedisThere = false): Promise<FastifyInstance> => {
  const api = await createLonelyApi(settings, isRedisThere);
  apis.push(api);
  return api.app;
};
afterAll(async () => {
  for (const { close } of apis) await close();
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Sends what is no good request: whoever is let in is told so, or that the relayer is starting. */
const ask = (app: FastifyInstance, { method, path }: RegisteredRoute, headers: Record<string, string> = {}) =>
  app.inject({
    method: method as "GET",
    url: path.replace(/:\w+|\*/g, "nothing"),
    headers: { host: "127.0.0.1:8090", ...headers },
    ...(method === "GET" ? {} : { payload: {} }),
  });

const page = readFileSync(new URL("../../../../docs/api.md", import.meta.url), "utf8");

/** What `docs/api.md` says of each route: its rows begin with a method and a path. */
const documented = new Map(
  [...page.matchAll(/^\| `(GET|POST|PUT|PATCH) (\S+)` \| ([a-z:-]+) \| (free|usual|costly) \|/gm)].map(
    ([, method, path, access, cost]) => [`${method} ${path}`, { access, cost }] as const,
  ),
);

describe("every route of a relayer that asks who its callers are", () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    app = await start({ tokens, signIn });
  });

  const boardAccess = ({ method }: RegisteredRoute): string => (method === "GET" ? "read:internals" : "operate");
  const isOfBoard = ({ path }: RegisteredRoute): boolean => path === "/queues" || path.startsWith("/queues/");
  const isPage = ({ path }: RegisteredRoute): boolean => !/^\/(?:api|queues|healthz|readyz|metrics)/.test(path);
  const isOfDocument = ({ path }: RegisteredRoute): boolean => /^\/api\/v1\/(?:docs|openapi)/.test(path);

  const accessOf = (route: RegisteredRoute): string | undefined => {
    if (isOfBoard(route)) return boardAccess(route);
    if (isPage(route) || isOfDocument(route)) return "public";
    return documented.get(`${route.method} ${route.path}`)?.access;
  };

  it("is in the table of docs/api.md, and nothing else is", () => {
    const served = routesOf(app).filter((route) => !isOfBoard(route) && !isPage(route) && !isOfDocument(route));
    expect([...documented.keys()].sort()).toEqual(served.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it("lets in whom the table says, and nobody else", async () => {
    for (const route of routesOf(app)) {
      const access = accessOf(route);
      const name = `${route.method} ${route.path}: ${access}`;
      expect(access, name).toBeDefined();
      const anybody = (await ask(app, route)).statusCode;
      if (access === "public") {
        expect([401, 403], name).not.toContain(anybody);
        continue;
      }
      expect(anybody, name).toBe(401);
      expect((await ask(app, route, bearer("guessed"))).statusCode, name).toBe(401);
      for (const scope of SCOPES) {
        const { statusCode } = await ask(app, route, bearer(tokenOf(scope)));
        if (scope === access) expect([401, 403], name).not.toContain(statusCode);
        else expect(statusCode, `${name}, asked with ${scope}`).toBe(403);
      }
    }
  });

  it("says how to be let in", async () => {
    const refused = await app.inject({ url: "/queues", headers: { host: "localhost" } });
    expect(refused.headers["www-authenticate"]).toContain("Basic realm");
    const basic = Buffer.from(`anyone:${tokenOf("read:internals")}`).toString("base64");
    const shown = await app.inject({ url: "/queues", headers: { host: "localhost", authorization: `Basic ${basic}` } });
    expect(shown.statusCode).toBe(200);
  });

  it("believes a sign-in only of the proxy that knows its secret", async () => {
    const named = { host: "localhost", "x-forwarded-user": "alice" };
    const status = async (headers: Record<string, string>, method: "GET" | "PUT" = "GET") =>
      (await app.inject({ method, url: "/queues/api/queues", headers })).statusCode;
    expect(await status(named)).toBe(401);
    expect(await status({ ...named, "x-pdiem-proxy-secret": "guessed" })).toBe(401);
    const told = { ...named, "x-pdiem-proxy-secret": SECRET };
    expect([401, 403]).not.toContain(await status(told));
    expect(
      (await app.inject({ method: "POST", url: "/api/v1/fee-claims", headers: told, payload: {} })).statusCode,
    ).toBe(403);
  });
});

describe("a relayer that asks nobody who they are", () => {
  it("lets whoever sits at its machine do all", async () => {
    const app = await start({});
    for (const route of routesOf(app)) expect([401, 403, 421]).not.toContain((await ask(app, route)).statusCode);
  });

  it("lets in nobody that a proxy has handed on", async () => {
    const app = await start({});
    const forwarded = { host: "localhost", "x-forwarded-for": "203.0.113.1" };
    expect((await app.inject({ url: "/queues", headers: forwarded })).statusCode).toBe(401);
    expect((await app.inject({ url: "/healthz", headers: forwarded })).statusCode).toBe(200);
  });

  it.each([{ host: "0.0.0.0" }, { host: "::" }, { host: "192.0.2.1" }, { trustedProxies: ["127.0.0.1"] }])(
    "isn't started where others reach it: %o",
    async (settings) => {
      await expect(createLonelyApi(settings)).rejects.toMatchObject({ code: "config/open-api" });
    },
  );
});

describe("a request from a browser", () => {
  it("that was led here by another name is refused", async () => {
    const app = await start({ hosts: ["bridge.example"] });
    const status = async (host: string) => (await app.inject({ url: "/api/v1/bridge", headers: { host } })).json();
    expect(await status("attacker.example")).toMatchObject({ code: "access/other-host" });
    for (const host of ["bridge.example", "127.0.0.1:8090", "[::1]:8090", "localhost:1"])
      expect(await status(host)).toMatchObject({ code: "relayer/starting" });
  });

  it("changes nothing for a page of another origin", async () => {
    const app = await start({ origins: ["https://portal.example"] });
    const code = async (origin: string) => {
      const headers = { host: "127.0.0.1:8090", origin };
      return (await app.inject({ method: "POST", url: "/api/v1/proofs", headers, payload: {} })).json().code;
    };
    expect(await code("https://attacker.example")).toBe("access/other-origin");
    expect(await code("null")).toBe("access/other-origin");
    expect(await code("https://portal.example")).toBe("request/invalid");
    expect(await code("http://127.0.0.1:8090")).toBe("request/invalid");
  });

  it("may read answers from pages of the origins that are listed, of others never", async () => {
    const allowed = async (app: FastifyInstance, origin: string) => {
      const answer = await app.inject({ url: "/api/v1/bridge", headers: { host: "localhost", origin } });
      return answer.headers["access-control-allow-origin"];
    };
    expect(await allowed(await start({}), "https://portal.example")).toBeUndefined();
    const app = await start({ origins: ["https://portal.example"] });
    expect(await allowed(app, "https://portal.example")).toBe("https://portal.example");
    expect(await allowed(app, "https://attacker.example")).not.toBe("https://attacker.example");
  });
});

describe("an address that asks too often", () => {
  const limits = { usual: 5, costly: 2 };
  const PROXY = { trustedProxies: ["127.0.0.1"], tokens, limits };
  const from = (address: string) => ({ host: "localhost", "x-forwarded-for": address });

  it("is told to wait, for how long, and by which code; others are answered", async () => {
    const app = await start(PROXY);
    const get = (headers: Record<string, string>) => app.inject({ url: "/api/v1/bridge", headers });
    for (let i = 0; i < limits.usual; i++) expect((await get(from("203.0.113.1"))).statusCode).toBe(503);
    const refused = await get(from("203.0.113.1"));
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toMatchObject({ code: "request/too-many", retry: "backoff" });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await get(from("203.0.113.2"))).statusCode).toBe(503);
    expect((await get({ ...from("203.0.113.1"), ...bearer(tokenOf("operate")) })).statusCode).toBe(503);
    expect((await app.inject({ url: "/healthz", headers: from("203.0.113.1") })).statusCode).toBe(200);
  });

  it("is allowed less of what costs more, searches among it", async () => {
    const app = await start(PROXY, true);
    const status = async (options: InjectOptions, address: string) =>
      (await app.inject({ ...options, headers: from(address) })).statusCode;
    for (const options of [
      { method: "POST", url: "/api/v1/parachain/extrinsics", payload: { extrinsic: "00" } },
      { url: "/api/v1/transfers?currency=XUS" },
    ] as const) {
      const address = `203.0.113.${options.url.length}`;
      for (let i = 0; i < limits.costly; i++) expect(await status(options, address)).toBe(503);
      expect(await status(options, address)).toBe(429);
      expect(await status({ url: "/api/v1/transfers" }, address)).toBe(503);
    }
  });

  it("can't take another's place by a header, and has its whole /64", async () => {
    const app = await start({ ...PROXY, trustedProxies: ["192.0.2.1"] });
    const direct = (address: string, remoteAddress: string) =>
      app.inject({ url: "/api/v1/bridge", headers: from(address), remoteAddress });
    for (let i = 0; i < limits.usual; i++) await direct(`203.0.113.${i}`, "198.51.100.7");
    expect((await direct("203.0.113.99", "198.51.100.7")).statusCode).toBe(429);
    for (let i = 0; i < limits.usual; i++) await direct("", `2001:db8:1:2::${i}`);
    expect((await direct("", "2001:db8:1:2:ffff::1")).statusCode).toBe(429);
    expect((await direct("", "2001:db8:1:3::1")).statusCode).toBe(503);
  });
});
