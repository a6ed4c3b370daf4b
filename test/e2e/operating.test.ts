/** What operators do while a bridge works: all on one bridge, with a transfer in each direction. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { toHex } from "@pdiem/light-client/bytes";
import type { TransferView } from "@pdiem/relayer/views/transfer-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { accountOf, createHolder, type Holder, wrap } from "./support/withdrawals.js";

const WRAPPED = 50_000_000n;
const SENT = 5_000_000n;

let bridge: RelayedBridge;
let holder: Holder;
/** The one that wrapped what is withdrawn. */
const DEPOSIT = "deposit-0";
let withdrawal: string;

const transfer = (id: string): Promise<TransferView> => bridge.ask(`/api/v1/transfers/${id}`);

const ended = (id: string): Promise<TransferView> =>
  eventually(async () => {
    const view = await transfer(id).catch(() => undefined);
    const isPaid = view?.payout === undefined || view.payout.state === "paid";
    return view?.result !== undefined && view.at?.finalized !== undefined && isPaid ? view : undefined;
  });

beforeAll(async () => {
  bridge = await startRelayedBridge();
  holder = await createHolder(bridge);
  await wrap(bridge, holder, WRAPPED);
  await ended(DEPOSIT);
  const payee = createAccount(bridge.chains.diem, 1_000_000n, "A payee");
  const preimage = { payee: payee.address, subaddress: undefined, refundAccount: randomBytes(32) };
  withdrawal = `withdrawal-${toHex(accountOf(bridge, preimage))}-XUS-0`;
  await holder.sendTold([{ preimage, amount: SENT }]);
  await bridge.pay("XUS", SENT, rawFor(randomBytes(1)));
  await ended(withdrawal);
  await ended("deposit-1");
});

afterAll(async () => {
  await holder?.close();
  await bridge?.stop();
});

interface LogLine {
  readonly msg: string;
  readonly [name: string]: unknown;
}

const logLines = (): readonly LogLine[] =>
  readFileSync(join(bridge.folder, "relayer.log"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));

describe("the relayer's log", () => {
  const told = (id: string): readonly string[] => logLines().flatMap((one) => (one.transfer === id ? [one.msg] : []));

  it("tells a deposit from its first sight to its end by its id alone", () => {
    expect(told(DEPOSIT)).toEqual([
      "deposit seen",
      "transfer in a signed batch",
      "deposit ended",
      "deposit followed to its end",
    ]);
    const [seen] = logLines().filter((one) => one.transfer === DEPOSIT);
    expect(seen).toMatchObject({ version: expect.stringMatching(/^[0-9]+$/), sender: toHex(bridge.payer.address) });
  });

  it("tells a withdrawal likewise, with its release", () => {
    expect(told(withdrawal)).toEqual([
      "withdrawal seen",
      "transfer in a signed batch",
      "withdrawal burned",
      "payment signed",
      "payment proven",
      "withdrawal ended",
      "withdrawal followed to its end",
    ]);
    const releases = logLines().flatMap((one) => (one.transfer === withdrawal ? [String(one.release)] : []));
    expect(new Set(releases.filter((release) => release !== "undefined")).size).toBe(1);
  });

  it("names the transfer in each line that tells of a release, a refund among them", () => {
    const lines = logLines().filter(({ release }) => release !== undefined);
    expect(lines.filter((one) => one.transfer === undefined)).toEqual([]);
  });

  it("tells a refund's payment by the deposit that it sends back", async () => {
    await eventually(async () => (told("deposit-1").includes("payment proven") ? true : undefined));
  });
});
