import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { type Evidence, formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import type { Action } from "@pdiem/bridge/governance/decision";
import { settleDecisions } from "@pdiem/bridge/governance/decision-batch";
import { decisionsOf } from "@pdiem/bridge/governance/decision-chain";
import { noticeMisbehaviour } from "@pdiem/bridge-client/guardians/decision-file";
import { settledDecisionsJson, signedDecisionsJson } from "@pdiem/bridge-client/json/governance-json";
import { type Misbehaviour, NO_SETS } from "@pdiem/bridge/governance/misbehaviour";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { initialHeads } from "@pdiem/bridge/facts/light-client-state";
import { formatItems } from "@pdiem/bridge/settlement/items";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { filled, ISSUER } from "@pdiem/bridge/testing/config";
import { decided, type Governance, PAUSE, RESUME, sign, UNGOVERNED } from "@pdiem/bridge/testing/guardians";
import { verifyBlock } from "@pdiem/bridge/facts/verify-facts";
import { createMachine, type Machine, post } from "@pdiem/enclave/testing/machine";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import { decodeExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/extrinsic";
import { STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { provableConfig, prove } from "./evidence.js";
import { itemsOf, refusal, startSealed, worldWith } from "./requests.js";

const ID = bridgeId(provableConfig);
const [ANCHOR] = provableConfig.currencies;
const NO_DIEM: Evidence["diem"] = {
  latest: new Uint8Array(),
  epochChangeProof: new Uint8Array(),
  accounts: [],
  events: [],
};

const signedFor = (governance: Governance, ...actions: readonly Action[]): readonly SignedDecision[] =>
  decided(governance, ...actions).map((decision) => sign(decision, undefined, ID));

const decideRequest = ({ ledger, decisions }: Governance, evidence: Evidence, proposed: readonly SignedDecision[]) => ({
  ledger: `0x${toHex(encode(ledgerCodec, ledger))}`,
  decisions: settledDecisionsJson.format(decisions),
  profile: STATEMINE_900.name,
  evidence: formatEvidence(evidence),
  proposed: signedDecisionsJson.format(proposed),
});

const settleRequest = (governance: Governance, evidence: Evidence) => {
  const { proposed: _, ...request } = decideRequest(governance, evidence, []);
  return { ...request, items: formatItems(itemsOf(0)) };
};

const atBlock = (governance: Governance, height: number): Evidence => prove(worldWith(1, governance.ledger), height);
const withoutDiem = (evidence: Evidence): Evidence => ({ ...evidence, diem: NO_DIEM });

const foretell = (governance: Governance, evidence: Evidence, proposed: readonly SignedDecision[]) => {
  const { parachain } = verifyBlock(provableConfig, initialHeads(provableConfig), evidence);
  const bridge = { config: provableConfig, issuer: ISSUER, profile: STATEMINE_900, ...governance };
  return settleDecisions(bridge, parachain, NO_SETS, proposed);
};

const paused = ((): Governance => {
  const { ledger, step } = foretell(UNGOVERNED, withoutDiem(atBlock(UNGOVERNED, 5)), signedFor(UNGOVERNED, PAUSE));
  return { ledger, decisions: decisionsOf(step) };
})();

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

describe("decisions by the enclave", () => {
  it("are signed exactly as anyone can foretell, asked once or twice, with Diem at a standstill", async () => {
    const enclave = await startSealed(machine);
    const evidence = withoutDiem(atBlock(UNGOVERNED, 5));
    const proposed = signedFor(UNGOVERNED, PAUSE);
    const request = decideRequest(UNGOVERNED, evidence, proposed);
    const { status, body } = await post(enclave, "/v1/decide", request);
    const foretold = foretell(UNGOVERNED, evidence, proposed);
    expect(status).toBe(200);
    expect(decodeExtrinsic(STATEMINE_900, fromHex(String(body.extrinsic))).call).toEqual({
      type: "batchAll",
      calls: foretold.calls,
    });
    expect(decode(ledgerCodec, fromHex(String(body.ledger)))).toEqual(foretold.ledger);
    expect(await post(enclave, "/v1/decide", request)).toEqual({ status, body });
  });

  it("are all that it signs while paused, even for a request that keeps the pause back", async () => {
    const enclave = await startSealed(machine);
    const evidence = atBlock(paused, 6);
    expect(await post(enclave, "/v1/settle", settleRequest(paused, evidence))).toEqual(refusal(409, "refused/paused"));
    expect(await post(enclave, "/v1/settle", settleRequest({ ...paused, decisions: [] }, evidence))).toEqual(
      refusal(409, "refused/decisions"),
    );
    expect(await post(enclave, "/v1/settle", settleRequest(UNGOVERNED, evidence))).toEqual(
      refusal(409, "refused/not-in-force"),
    );
    const resume = decideRequest(paused, evidence, signedFor(paused, RESUME));
    expect(await post(enclave, "/v1/decide", resume)).toMatchObject({ status: 200 });
  });

  it("thaw frozen assets first", async () => {
    const enclave = await startSealed(machine);
    const world = worldWith(0);
    for (const { assetId } of provableConfig.currencies) world.parachain.setAsset(assetId, { status: "frozen" });
    const evidence = prove(world, 5);
    const reply = await post(enclave, "/v1/decide", decideRequest(UNGOVERNED, evidence, signedFor(UNGOVERNED, RESUME)));
    const { call } = decodeExtrinsic(STATEMINE_900, fromHex(String(reply.body.extrinsic)));
    expect(call).toMatchObject({
      calls: [{ type: "thawAsset", asset: ANCHOR?.assetId }, { type: "thawAsset" }, {}, {}, {}],
    });
  });

  it("aren't taken up by too few guardians, of another bridge, twice, or with anything unread", async () => {
    const enclave = await startSealed(machine);
    const evidence = withoutDiem(atBlock(UNGOVERNED, 5));
    const ask = (proposed: readonly SignedDecision[], governance = UNGOVERNED, shown = evidence) =>
      post(enclave, "/v1/decide", decideRequest(governance, shown, proposed));
    const [decision] = decided(UNGOVERNED, PAUSE);
    if (decision === undefined) throw new Error("expected a decision");
    expect(await ask([sign(decision, [filled(32, 7)], ID)])).toEqual(refusal(422, "proof/guardian-threshold"));
    expect(await ask([sign(decision)])).toEqual(refusal(422, "proof/guardian-signature"));
    const again = await ask(signedFor(UNGOVERNED, PAUSE), paused, withoutDiem(atBlock(paused, 8)));
    expect(again).toEqual(refusal(409, "refused/decision-number"));
    const request = decideRequest(paused, withoutDiem(atBlock(paused, 10)), signedFor(paused, RESUME));
    for (const [field, value] of [
      ["proposed", ["0x"]],
      ["proposed", Array(17).fill("0x00")],
      ["decisions", "0x"],
      ["decisions", "0x01"],
      ["items", formatItems(itemsOf(0))],
    ] as const)
      expect(await post(enclave, "/v1/decide", { ...request, [field]: value })).toMatchObject({ status: 400 });
    expect(
      await post(enclave, "/v1/decide", { ...request, evidence: formatEvidence(withoutDiem({ ...evidence })) }),
    ).toEqual(refusal(409, "refused/behind-heads"));
  });

  it("need no guardian where the validators that the enclave goes by vouch for two histories", async () => {
    const enclave = await startSealed(machine);
    const evidence = atBlock(UNGOVERNED, 5);
    const fork = (signers = 4): Misbehaviour => {
      const some = validators(4).slice(0, signers);
      const at = (root: string) => signLedgerInfo(ledgerInfoAt(77, hashOfText(root), 1n), some);
      return { type: "diem", value: { first: at("one"), second: at("other") } };
    };
    const { decisions, time } = UNGOVERNED.ledger;
    const ask = (misbehaviour: Misbehaviour, shown: Evidence) => {
      const notice = noticeMisbehaviour({ decisions, until: time + 7_200_000n }, misbehaviour);
      return post(enclave, "/v1/decide", decideRequest(UNGOVERNED, shown, [notice]));
    };
    expect(await ask(fork(), withoutDiem(evidence))).toEqual(refusal(422, "proof/unknown-set"));
    expect(await ask(fork(2), evidence)).toEqual(refusal(422, "proof/voting-power"));
    expect(await ask(fork(), evidence)).toMatchObject({ status: 200 });
    expect(await ask(fork(), withoutDiem(evidence))).toMatchObject({ status: 200 });
  });
});
