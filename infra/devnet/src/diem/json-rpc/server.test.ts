import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningDiem, startDiem } from "../start-diem.js";

let diem: RunningDiem;
beforeAll(async () => {
  diem = await startDiem({ blockInterval: "manual" });
});
afterAll(() => diem.close());

const BODY = '{"jsonrpc":"2.0","id":1,"method":"get_network_status","params":[]}';

const send = async (path: string, body: string, headers: Readonly<Record<string, string>>, method = "POST") => {
  const outgoing = request(new URL(path, diem.url), { agent: false, method, headers });
  outgoing.end(body);
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() };
};
const json = (body: string) => ({ "content-type": "application/json", "content-length": String(body.length) });

test("answers carry the ledger's version and time in their headers", async () => {
  const { status, headers } = await send("/v1", BODY, json(BODY));
  const { version, timestampUsecs } = diem.chain.latest().ledgerInfo.commitInfo;
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    "content-type": "application/json",
    "x-diem-chain-id": "4",
    "x-diem-ledger-version": String(version),
    "x-diem-ledger-timestampusec": String(timestampUsecs),
  });
});

test.each([
  ["no content type", "/", BODY, {}, 400, 'Missing request header "content-type"'],
  [
    "a content type with a charset",
    "/",
    BODY,
    { ...json(BODY), "content-type": "application/json; charset=utf-8" },
    400,
    'Invalid request header "content-type"',
  ],
  ["another path", "/v2", BODY, json(BODY), 404, ""],
  [
    "no length",
    "/v1",
    BODY,
    { "content-type": "application/json", "transfer-encoding": "chunked" },
    411,
    "A content-length header is required",
  ],
  [
    "a body above the limit",
    "/v1",
    " ".repeat(32 * 1024 + 1),
    json(" ".repeat(32 * 1024 + 1)),
    413,
    "The request payload is too large",
  ],
  [
    "text that isn't JSON",
    "/v1",
    "{nope",
    json("{nope"),
    400,
    "Request body deserialize error: key must be a string at line 1 column 2",
  ],
])("%s is refused", async (_, path, body, headers, status, message) => {
  expect(await send(path, body, headers as Record<string, string>)).toMatchObject({ status, body: message });
});

test("health tells whether the latest block is young enough", async () => {
  expect(await send("/-/healthy", "", {}, "GET")).toMatchObject({ status: 200, body: "diem-node:ok" });
  expect(await send("/-/healthy?duration_secs=3600", "", {}, "GET")).toMatchObject({ status: 200 });
});

test("a connection that breaks off in the middle of a request leaves the next one unharmed", async () => {
  const socket = connect(Number(new URL(diem.url).port), "127.0.0.1");
  await once(socket, "connect");
  socket.write("POST /v1 HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{");
  socket.destroy();
  expect(await send("/v1", BODY, json(BODY))).toMatchObject({ status: 200 });
});
