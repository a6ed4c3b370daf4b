import { once } from "node:events";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { jsonRpcListener } from "@pdiem/devnet/diem/json-rpc/server";
import { networkKeys } from "@pdiem/devnet/diem/network-keys";
import { DIEM_ROOT } from "@pdiem/devnet/diem/well-known-addresses";
import { utf8 } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import type { Transaction } from "@pdiem/light-client/diem/transaction";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { translateKeys } from "./key-translation.js";
import { maskAnswer } from "./masking.js";
import { readLedger } from "./recorded-values.js";
import { type Recording, readManifest, readRecordings, recordingsExist } from "./recording.js";
import { type Replay, startReplay } from "./replay.js";

const HEADERS = ["content-type", "x-diem-chain-id", "x-diem-ledger-version", "x-diem-ledger-timestampusec"];

interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What was sent, as the manifest tells where the lines don't. */
const sentOf = ({ name, request, request_hex: hex }: Recording): Sent => {
  const path = name === "protocol/root-path" ? "/" : name === "protocol/other-path" ? "/v2" : "/v1";
  const type = name === "protocol/text-plain" ? "text/plain" : "application/json";
  if (hex !== undefined) return { path, headers: { "content-type": type }, body: Buffer.from(hex, "hex").toString() };
  const body = name === "protocol/large-body" ? `"${"x".repeat(33 * 1024)}"` : JSON.stringify(request);
  return { path, headers: { "content-type": type }, body };
};

const send = async (port: number, { path, headers, body }: Sent) => {
  const length = String(Buffer.byteLength(body));
  const outgoing = httpRequest({
    agent: false,
    port,
    path,
    method: "POST",
    headers: { ...headers, "content-length": length },
  });
  outgoing.end(body);
  const [response] = await once(outgoing, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() };
};

/** The ledger version that an answer was given at. */
const versionOf = ({ headers, response }: Recording): number | undefined => {
  const version = headers["x-diem-ledger-version"] ?? /"diem_ledger_version":(\d+)/.exec(response)?.[1];
  return version === undefined ? undefined : Number(version);
};

const recordings = recordingsExist() ? readRecordings() : [];

describe.skipIf(recordings.length === 0)(
  "a devnet driven through the recorded scenario answers as the network did",
  () => {
    let replay: Replay;
    let server: Server;
    let translate: (text: string) => string;
    const ledger = readLedger(recordings);

    beforeAll(async () => {
      replay = startReplay(readManifest(), ledger);
      server = createServer(jsonRpcListener(replay.chain)).listen(0, "127.0.0.1");
      await once(server, "listening");
      const recordedRoot = [...ledger.transactions.values()].find(
        (transaction): transaction is Extract<Transaction, { type: "user" }> =>
          transaction.type === "user" &&
          Buffer.from(transaction.value.rawTransaction.sender).equals(Buffer.from(DIEM_ROOT)),
      );
      const authenticator = recordedRoot?.value.authenticator;
      const genesis = ledger.transactions.get(0);
      if (authenticator?.type !== "ed25519" || genesis === undefined) throw new Error("expected recorded keys");
      const { associationSeed } = networkKeys(sha3_256(utf8("replay")), 1);
      translate = translateKeys(genesis, replay.chain.store.transactionAt(0), [
        [authenticator.value.publicKey, publicKeyOf(associationSeed)],
      ]);
    });
    afterAll(() => {
      server.close();
    });

    test.each(recordings.map((recording) => [recording.name, recording] as const))("%s", async (_, recording) => {
      const version = versionOf(recording);
      if (version !== undefined) replay.advanceTo(Math.max(version, replay.chain.store.version()));
      const answer = await send((server.address() as AddressInfo).port, sentOf(recording));
      expect(answer.status).toBe(recording.status);
      for (const header of HEADERS) expect(answer.headers[header]).toBe(recording.headers[header]);
      expect(maskAnswer(answer.body)).toBe(maskAnswer(translate(recording.response)));
    });
  },
);
