import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect } from "node:tls";
import { encode } from "@pdiem/light-client/codec/bcs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { LogFields } from "../log.js";
import { type ResponseOf, ROUTE_NAMES, routes } from "../routes.js";
import { answering } from "./answering.js";
import { type Door, openDoor } from "./door.js";
import { type Guard, hashToken } from "./guard.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-guard-"));
const pem = (name: string): string => readFileSync(join(folder, name), "utf8");
const openssl = (...args: readonly string[]): unknown => execFileSync("openssl", [...args], { stdio: "ignore" });

/** A certificate by an authority of `folder`, or one of its own. */
const makeCertificate = (name: string, authority?: string): void => {
  const [key, file] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const by =
    authority === undefined
      ? []
      : ["-CA", join(folder, `${authority}.pem`), "-CAkey", join(folder, `${authority}.key`)];
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    ...made,
    ...by,
    "-subj",
    `/CN=${name}`,
    "-addext",
    "subjectAltName=IP:127.0.0.1",
    "-keyout",
    key,
    "-out",
    file,
  );
};

beforeAll(() => {
  for (const name of ["ours", "theirs"]) makeCertificate(name);
  makeCertificate("door", "ours");
  makeCertificate("relayer", "ours");
  makeCertificate("stranger", "theirs");
});
afterAll(() => rmSync(folder, { recursive: true }));

const doors: Door[] = [];
const logged: (readonly [string, LogFields | undefined])[] = [];
afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
  logged.length = 0;
});

const STATUS: ResponseOf<"status"> = { tee: "simulated", isLasting: true, role: { type: "empty", value: undefined } };
const TOKENS = ["a token of some relayer", "a token of another one"];

const open = async (guard: Partial<Guard>): Promise<Door> => {
  const log = (event: string, fields?: LogFields): unknown => logged.push([event, fields]);
  const handle = answering(async () => STATUS as never, log);
  const door = await openDoor(handle, log, {
    host: "127.0.0.1",
    port: 0,
    guard: { tokens: undefined, tls: undefined, ...guard },
  });
  doors.push(door);
  return door;
};

const asksForToken = (): Promise<Door> => open({ tokens: TOKENS.map(hashToken) });

const ask = async ({ url }: Door, authorization?: string, path = "/v2/status", method = "GET") => {
  const headers = {
    ...(authorization === undefined ? {} : { authorization }),
    "content-type": "application/octet-stream",
  };
  const response = await fetch(`${url}${path}`, { method, headers });
  const body = Buffer.from(await response.arrayBuffer());
  return response.status === 200 ? body : { status: response.status, ...JSON.parse(body.toString()) };
};

const UNAUTHORIZED = { status: 401, code: "request/unauthorized", retry: "backoff", message: expect.any(String) };
const LET_IN = Buffer.from(encode(routes.status.response, STATUS));

describe("a door that asks for a token", () => {
  it("lets in whoever shows one of its tokens", async () => {
    const door = await asksForToken();
    for (const token of TOKENS) expect(await ask(door, `Bearer ${token}`)).toEqual(LET_IN);
  });

  it.each([
    ["nothing", undefined],
    ["another token", "Bearer a token of nobody"],
    ["the beginning of one", `Bearer ${TOKENS[0]?.slice(0, -1)}`],
    ["one and more", `Bearer ${TOKENS[0]}x`],
    ["an empty token", "Bearer "],
    ["another scheme", `Basic ${TOKENS[0]}`],
    ["a token alone", TOKENS[0]],
    ["the hash of one", `Bearer ${Buffer.from(hashToken(TOKENS[0] ?? "")).toString("hex")}`],
  ])("refuses %s, on every route and off them", async (_, shown) => {
    const door = await asksForToken();
    for (const name of ROUTE_NAMES)
      expect(await ask(door, shown, routes[name].path, routes[name].method)).toEqual(UNAUTHORIZED);
    expect(await ask(door, shown, "/elsewhere")).toEqual(UNAUTHORIZED);
  });

  it("doesn't wait for a stranger's body", async () => {
    const { port } = new URL((await asksForToken()).url);
    const headers = { "content-type": "application/octet-stream", "content-length": routes.settle.maxRequest };
    const request = httpRequest({ port, host: "127.0.0.1", method: "POST", path: routes.settle.path, headers });
    request.flushHeaders();
    const [response] = await once(request, "response");
    expect(response.statusCode).toBe(401);
    response.resume();
    await once(request, "close");
  });

  it("logs strangers once in a while, however many come, and nothing of what they show", async () => {
    const door = await asksForToken();
    for (let i = 0; i < 20; i++) await ask(door, "Bearer of a secret");
    expect(logged).toEqual([["strangers", { count: 1, last: "127.0.0.1" }]]);
  });
});

interface Seen {
  readonly answer: string;
  readonly session: Buffer | undefined;
}

/** Asks for the status in TLS, whatever certificate is shown. */
const askTls = ({ url }: Door, options: ConnectionOptions): Promise<Seen> =>
  new Promise((resolve, reject) => {
    let session: Buffer | undefined;
    let answer = "";
    const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1", ca: pem("ours.pem"), ...options });
    socket.write("GET /v2/status HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    socket.on("session", (one: Buffer) => {
      session = one;
    });
    socket.on("data", (data) => {
      answer += data.toString("latin1");
    });
    socket.on("error", reject).on("close", () => resolve({ answer, session }));
  });

const shows = (name: string): ConnectionOptions => ({ cert: pem(`${name}.pem`), key: pem(`${name}.key`) });
const doorTls = () => ({ certificate: pem("door.pem"), key: pem("door.key") });
const asksForCertificate = (): Promise<Door> => open({ tls: { ...doorTls(), clientCa: pem("ours.pem") } });

describe("a door that asks for a certificate", () => {
  it("lets in whoever shows one of its authority's, also when the session is resumed", async () => {
    const door = await asksForCertificate();
    expect(door.url).toMatch(/^https:/);
    const first = await askTls(door, shows("relayer"));
    expect(first.answer).toMatch(/^HTTP\/1\.1 200 /);
    const again = await askTls(door, first.session === undefined ? {} : { session: first.session });
    expect(again.answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    ["no certificate", {}],
    ["one of another authority", () => shows("stranger")],
    ["one that nobody else vouches for", () => shows("theirs")],
  ])("refuses %s, and also in the session that this leaves", async (_, options) => {
    const door = await asksForCertificate();
    const shown = typeof options === "function" ? options() : options;
    const first = await askTls(door, shown);
    expect(first.answer).toMatch(/^HTTP\/1\.1 401 .*request\/unauthorized/s);
    expect(first.session).toBeDefined();
    for (const more of [{}, shown]) {
      const again = await askTls(door, { ...more, ...(first.session === undefined ? {} : { session: first.session }) });
      expect(again.answer).toMatch(/^HTTP\/1\.1 401 .*request\/unauthorized/s);
    }
  });

  it("speaks no TLS before 1.3", async () => {
    const door = await asksForCertificate();
    await expect(askTls(door, { ...shows("relayer"), maxVersion: "TLSv1.2" })).rejects.toThrow(/alert/i);
  });

  it("survives what isn't TLS, and lets others in", async () => {
    const door = await asksForCertificate();
    const socket = connectTcp(Number(new URL(door.url).port), "127.0.0.1");
    socket.write("GET /v2/status HTTP/1.1\r\nhost: x\r\n\r\n");
    socket.resume();
    await once(socket, "close");
    expect((await askTls(door, shows("relayer"))).answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("asks for the token, too, where it was given tokens", async () => {
    const door = await open({ tokens: TOKENS.map(hashToken), tls: { ...doorTls(), clientCa: pem("ours.pem") } });
    expect((await askTls(door, shows("relayer"))).answer).toMatch(/^HTTP\/1\.1 401 /);
  });
});

it("a door with a certificate of its own and tokens shows the one and asks for the other", async () => {
  const door = await open({ tokens: TOKENS.map(hashToken), tls: { ...doorTls(), clientCa: undefined } });
  expect((await askTls(door, {})).answer).toMatch(/^HTTP\/1\.1 401 /);
});
