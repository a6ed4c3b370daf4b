import { batchToSign } from "@pdiem/bridge/custody/signing";
import type { Batch } from "@pdiem/bridge/settlement/batch";
import { settleGenesis } from "@pdiem/bridge/settlement/genesis";
import { NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { settle } from "@pdiem/bridge/settlement/settle";
import { ENCLAVE_SEED, EXAMPLE_ID, exampleConfig, filled, ISSUER } from "@pdiem/bridge/testing/config";
import { signWith } from "@pdiem/bridge/testing/sign";
import {
  BENEFICIARY,
  bridgeWith,
  createWorld,
  paymentOf,
  SENDER,
  START,
  settleNext,
  toAccount,
} from "@pdiem/bridge/testing/world";
import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { concat, toHex } from "@pdiem/light-client/bytes";
import { encode, u32 } from "@pdiem/light-client/codec/scale";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { settledDeposit } from "./settled-transfer.js";
import { readBatchesUpTo, readSignedBatch } from "./signed-batch.js";
import type { SignedBatchText } from "./transfer-evidence.js";

const scope = { bridgeId: EXAMPLE_ID, issuer: ISSUER };
const ENCODING = { transactionVersion: STATEMINE_900.transactionVersion, proof: undefined };
const PAID = 5_000n;
/** Era, nonce, tip, and no asset to pay the fee in. */
const EXTRA = 5;

/** Genesis, and two batches that each mint two deposits. */
const live = (): readonly Batch[] => {
  const world = createWorld();
  world.setTime(START);
  world.parachain.setAccount(ISSUER, { nonce: 0 });
  const batches: Batch[] = [settleGenesis(exampleConfig, ISSUER, world.facts())];
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  for (let i = 0; i < 4; i++) world.diem.received.push(paymentOf({ amount: PAID, metadata: toAccount(BENEFICIARY) }));
  for (let i = 0; i < 2; i++) {
    const last = batches.at(-1);
    if (last === undefined) throw new Error("expected a genesis");
    world.parachain.approve(last.anchor);
    world.parachain.setAccount(ISSUER, { nonce: last.ledger.nonce });
    world.setTime(last.ledger.time + exampleConfig.batchInterval);
    batches.push(
      settle(bridgeWith(last.ledger), world.facts(), { ...NO_ITEMS, admissions: [settleNext(), settleNext()] }, []),
    );
  }
  return batches;
};

const BATCHES = live();
const born = createWorld().parachain.facts();

const tell = (batch: Batch): SignedBatchText => ({
  extrinsic: toHex(signWith(ENCLAVE_SEED, batchToSign(exampleConfig, ISSUER, ENCODING, born, batch)).extrinsic),
  extra: EXTRA,
  implicit: toHex(
    concat(
      encode(u32, STATEMINE_900.specVersion),
      encode(u32, STATEMINE_900.transactionVersion),
      exampleConfig.parachain.genesisHash,
      born.hash,
    ),
  ),
});

const TOLD = BATCHES.map(tell);
const [GENESIS, FIRST, SECOND] = TOLD as [SignedBatchText, SignedBatchText, SignedBatchText];
const ANCHOR = BATCHES.at(-1)?.anchor ?? filled(32, 0);

const flipped = (text: string, at: number): string =>
  `${text.slice(0, at)}${text[at] === "0" ? "1" : "0"}${text.slice(at + 1)}`;

describe("a batch that somebody tells", () => {
  it("is taken where the bridge's key has signed it, without its runtime's metadata", () => {
    expect(readSignedBatch(scope, FIRST).anchor).toEqual(BATCHES[1]?.anchor);
  });

  it("is refused where a digit of its calls, or of what was signed beside them, is another", () => {
    const calls = { ...FIRST, extrinsic: flipped(FIRST.extrinsic, 260) };
    const beside = { ...FIRST, implicit: flipped(FIRST.implicit, 3) };
    for (const told of [calls, beside, { ...FIRST, extra: EXTRA + 1 }])
      expect(outcome(() => readSignedBatch(scope, told))).toBe("proof/batch-signature");
  });

  it("is refused where it is another key's", () => {
    expect(outcome(() => readSignedBatch({ ...scope, issuer: filled(32, 9) }, FIRST))).toBe("proof/batch");
  });

  it("counts only where those after it lead to the anchor in force", () => {
    expect(readBatchesUpTo(scope, ANCHOR, TOLD)).toHaveLength(3);
    for (const told of [[GENESIS, SECOND], [GENESIS, FIRST], [SECOND, FIRST], []])
      expect(outcome(() => readBatchesUpTo(scope, ANCHOR, told))).toBe("proof/batch-gap");
  });
});

describe("a deposit in a signed batch", () => {
  const settled = (number: bigint, batches: readonly SignedBatchText[], account = BENEFICIARY, amount = PAID) =>
    settledDeposit(
      { config: exampleConfig, scope, anchor: ANCHOR, batches },
      { number, payment: { currency: "XUS", amount }, account },
    );

  it("is minted to its beneficiary, less the fee", () => {
    const end = settled(0n, TOLD);
    expect(end).toMatchObject({ type: "minted", account: BENEFICIARY, currency: "XUS" });
    expect(end.type === "minted" && end.amount <= PAID).toBe(true);
  });

  it("isn't another batch's, nor another account's, nor of another amount", () => {
    for (const end of [
      () => settled(2n, TOLD),
      () => settled(0n, TOLD.slice(1)),
      () => settled(0n, TOLD, filled(32, 7)),
      () => settled(0n, TOLD, BENEFICIARY, PAID + 1n),
    ])
      expect(outcome(end)).toBe("proof/transfer");
  });
});
