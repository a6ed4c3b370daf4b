import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { jsonRpcListener } from "@pdiem/devnet/diem/json-rpc/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exchange } from "./exchange.js";
import { translateKeys } from "./key-translation.js";
import { maskAnswer } from "./masking.js";
import { readLedger } from "./recorded-values.js";
import { FOLDER, type Recording, readManifest, readRecordings, recordingsExist } from "./recording.js";
import { type Replay, startReplay } from "./replay.js";

const HEADERS = ["content-type", "x-diem-chain-id", "x-diem-ledger-version", "x-diem-ledger-timestampusec"];

/** The ledger version that an answer was given at; refusals of HTTP don't tell. */
const versionOf = ({ headers, response }: Recording): number | undefined => {
  const version = headers["x-diem-ledger-version"] ?? /"diem_ledger_version":(\d+)/.exec(response)?.[1];
  return version === undefined ? undefined : Number(version);
};

if (!recordingsExist()) test.skip(`answers as the network did: there are no recordings in ${FOLDER}`);

describe.runIf(recordingsExist())("a devnet driven through the recorded scenario answers as the network did", () => {
  const recordings = recordingsExist() ? readRecordings() : [];
  let replay: Replay;
  let server: Server;
  let translate: (text: string) => string;

  beforeAll(async () => {
    const ledger = readLedger(recordings);
    replay = startReplay(readManifest(), ledger);
    translate = translateKeys(ledger.transactions, replay.chain.store, replay.associationPublicKey);
    server = createServer(jsonRpcListener(replay.chain)).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => {
    server.close();
  });

  test.each(recordings.map((recording) => [recording.name, recording] as const))("%s", async (_, recording) => {
    const version = versionOf(recording);
    if (version !== undefined) replay.advanceTo(Math.max(version, replay.chain.store.version()));
    const answer = await exchange((server.address() as AddressInfo).port, recording);
    expect(answer.status).toBe(recording.status);
    for (const header of HEADERS) expect(answer.headers[header]).toBe(recording.headers[header]);
    expect(maskAnswer(answer.body)).toBe(maskAnswer(translate(recording.response)));
  });
});
