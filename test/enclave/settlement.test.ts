import { copyFile, readFile, writeFile } from "node:fs/promises";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { initialHeads } from "@pdiem/bridge/facts/light-client-state";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { settle } from "@pdiem/bridge/settlement/settle";
import { settlementContent } from "@pdiem/bridge/custody/signing";
import { ENCLAVE_SEED, ISSUER } from "@pdiem/bridge/testing/config";
import { exampleLedger, type World } from "@pdiem/bridge/testing/world";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { createMachine, get, type Machine, post, type Reply } from "@pdiem/enclave/testing/machine";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { decodeExtrinsic, signingPayload } from "@pdiem/light-client/polkadot/extrinsics/extrinsic";
import { STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { provableConfig, prove } from "./evidence.js";
import {
  anchorSlot,
  BRIDGE_ID,
  itemsOf,
  type Running,
  refusal,
  settleRequest,
  startActivated,
  startSealed,
  worldWith,
} from "./requests.js";

const extrinsicOf = ({ status, body }: Reply) => {
  expect({ status, code: body.code }).toEqual({ status: 200, code: undefined });
  return decodeExtrinsic(STATEMINE_900, fromHex(String(body.extrinsic)));
};

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

describe("settlement by the enclave", () => {
  it("signs exactly the batch that anyone can foretell", async () => {
    const enclave = await startSealed(machine);
    const evidence = prove(worldWith(3), 5);
    const reply = await post(enclave, "/v1/settle", settleRequest(evidence, itemsOf(0, 1, 2)));
    const signed = extrinsicOf(reply);
    const { facts } = verifyFacts(provableConfig, initialHeads(provableConfig), evidence);
    const bridge = {
      config: provableConfig,
      issuer: ISSUER,
      ledger: exampleLedger,
      decisions: [],
      profile: STATEMINE_900,
    };
    const foretold = settle(bridge, facts, itemsOf(0, 1, 2));
    const content = settlementContent(provableConfig, facts.parachain, foretold);
    expect(signed.call).toEqual(content.call);
    expect(verifyStrict(ISSUER, signingPayload(STATEMINE_900, content), signed.signature)).toBe(true);
    expect(reply.body).toMatchObject({
      nonce: exampleLedger.nonce,
      birth: { number: facts.parachain.number, hash: `0x${toHex(facts.parachain.hash)}` },
      period: STATEMINE_900.mortalPeriod,
      anchor: `0x${toHex(foretold.anchor)}`,
      ledger: `0x${toHex(encode(ledgerCodec, foretold.ledger))}`,
    });
    expect(foretold.ledger.deposits).toEqual({ next: 3n, open: [] });
  });

  it("gives the same bytes for the same request, asked twice, at once, after a restart and of clones", async () => {
    const request = settleRequest(prove(worldWith(2), 5), itemsOf(0, 1));
    await machine.sealKey(provableConfig, ENCLAVE_SEED.slice());
    const [one, other] = await Promise.all([machine.clone(), machine.clone()]);
    const enclave = await startActivated(machine);
    const replies = [await post(enclave, "/v1/settle", request), await post(enclave, "/v1/settle", request)];
    replies.push(...(await Promise.all([1, 2, 3, 4].map(() => post(enclave, "/v1/settle", request)))));
    await enclave.stop();
    for (const on of [machine, one, other]) replies.push(await post(await startActivated(on), "/v1/settle", request));
    for (const reply of replies) expect(reply.status).toBe(200);
    expect(new Set(replies.map(({ body }) => body.extrinsic)).size).toBe(1);
  });

  it("signs different batches only such that one at most executes: same nonce, same anchor cancelled first", async () => {
    await machine.sealKey(provableConfig, ENCLAVE_SEED.slice());
    const clone = await machine.clone();
    const world = worldWith(2);
    const [first, second] = await Promise.all([
      post(await startActivated(machine), "/v1/settle", settleRequest(prove(world, 5), itemsOf(0))),
      post(await startActivated(clone), "/v1/settle", settleRequest(prove(world, 9), itemsOf(0, 1))),
    ]);
    const [a, b] = [extrinsicOf(first), extrinsicOf(second)];
    expect(first.body.extrinsic).not.toBe(second.body.extrinsic);
    expect(a.nonce).toBe(b.nonce);
    const firstCalls = [a, b].map(({ call }) => (call.type === "batchAll" ? call.calls[0] : undefined));
    expect(firstCalls[0]).toMatchObject({ type: "cancelApproval", delegate: anchorOf(BRIDGE_ID, exampleLedger) });
    expect(firstCalls[1]).toEqual(firstCalls[0]);
  });

  it("signs nothing for a ledger that isn't in force any more", async () => {
    const enclave = await startSealed(machine);
    const { body } = await post(enclave, "/v1/settle", settleRequest(prove(worldWith(1), 5), itemsOf(0)));
    const next = decode(ledgerCodec, fromHex(String(body.ledger)));
    const later = prove(worldWith(2, next), 9);
    expect(await post(enclave, "/v1/settle", settleRequest(later, itemsOf(0)))).toEqual(
      refusal(409, "refused/not-in-force"),
    );
    expect(await post(enclave, "/v1/settle", settleRequest(later, itemsOf(0), next))).toEqual(
      refusal(409, "refused/already-settled"),
    );
    expect(await post(enclave, "/v1/settle", settleRequest(later, itemsOf(1), next))).toMatchObject({ status: 200 });
  });

  it("refuses facts of two chains whose times are too far apart", async () => {
    const enclave = await startSealed(machine);
    const world = worldWith(1);
    world.parachain.time += provableConfig.maxSkew + 1n;
    expect(await post(enclave, "/v1/settle", settleRequest(prove(world, 5), itemsOf(0)))).toEqual(
      refusal(409, "refused/skew"),
    );
  });
});

describe("the enclave's light clients", () => {
  const headsOf = async (enclave: Running): Promise<unknown> =>
    ((await get(enclave, "/v1/status")).body.active as { heads: unknown }).heads;

  it("move forward only, and are kept over restarts", async () => {
    const enclave = await startSealed(machine);
    const [older, newer] = [prove(worldWith(1), 5), prove(worldWith(1), 9)];
    const advanced = await post(enclave, "/v1/advance", { evidence: formatEvidence(newer) });
    const heads = { diem: { version: "9", epoch: "1" }, relay: { setId: "3", number: 25, hash: expect.any(String) } };
    expect(advanced).toMatchObject({ status: 200, body: { heads } });
    expect(await post(enclave, "/v1/advance", { evidence: formatEvidence(older) })).toEqual(advanced);
    expect(await post(enclave, "/v1/settle", settleRequest(older, itemsOf(0)))).toEqual(
      refusal(409, "refused/behind-heads"),
    );
    expect(await headsOf(enclave)).toEqual(advanced.body.heads);
    await enclave.stop();
    expect(await headsOf(await startActivated(machine))).toEqual(advanced.body.heads);
  });

  it("move on with one chain's evidence alone", async () => {
    const enclave = await startSealed(machine);
    const whole = prove(worldWith(1), 5);
    const relayOnly = { diem: { ...whole.diem, latest: new Uint8Array() }, parachain: whole.parachain };
    expect((await post(enclave, "/v1/advance", { evidence: formatEvidence(relayOnly) })).body).toMatchObject({
      heads: { diem: { version: "0" }, relay: { number: 17 } },
    });
    const diemOnly = { diem: whole.diem, parachain: { ...whole.parachain, finality: [] } };
    expect((await post(enclave, "/v1/advance", { evidence: formatEvidence(diemOnly) })).body).toMatchObject({
      heads: { diem: { version: "5" }, relay: { number: 17 } },
    });
  });

  it("keep what was proven even where nothing is signed", async () => {
    const enclave = await startSealed(machine);
    const reply = await post(enclave, "/v1/settle", settleRequest(prove(worldWith(1), 5), itemsOf()));
    expect(reply).toEqual(refusal(409, "refused/empty-batch"));
    expect(await headsOf(enclave)).toMatchObject({ diem: { version: "5" }, relay: { number: 17 } });
  });

  it("lose nothing with an older copy of the sealed file: the same request gives the same bytes", async () => {
    const copy = `${machine.sealed}.copy`;
    const first = await startSealed(machine);
    await copyFile(machine.sealed, copy);
    const request = settleRequest(prove(worldWith(2), 5), itemsOf(0, 1));
    const before = await post(first, "/v1/settle", request);
    await first.stop();
    const newest = await readFile(machine.sealed);
    await copyFile(copy, machine.sealed);
    expect((await readFile(machine.sealed)).equals(newest)).toBe(false);
    const second = await startActivated(machine);
    expect(await headsOf(second)).toMatchObject({ diem: { version: "0" } });
    expect(await post(second, "/v1/settle", request)).toEqual(before);
    expect(await headsOf(second)).toEqual(before.body.heads);
  });

  it("don't stop the bridge when they can't be kept, and leave another's file alone", async () => {
    const enclave = await startSealed(machine);
    await writeFile(machine.sealed, "not a sealed file");
    const reply = await post(enclave, "/v1/settle", settleRequest(prove(worldWith(1), 5), itemsOf(0)));
    expect(reply.status).toBe(200);
    expect(await readFile(machine.sealed, "utf8")).toBe("not a sealed file");
    expect(machine.lines.join("")).toContain('"event":"heads-not-kept","code":"sealed/format"');
  });
});

describe("genesis by the enclave", () => {
  const genesisWorld = (): World => {
    const world = worldWith(1);
    world.parachain.storage.delete(toHex(anchorSlot(exampleLedger)));
    world.parachain.setAccount(ISSUER, { nonce: 0 });
    return world;
  };
  const genesisRequest = (world: World) => ({
    profile: STATEMINE_900.name,
    evidence: formatEvidence(prove(world, 5)),
  });

  it("is signed for nonce 0, and puts a ledger in force that starts after what was before", async () => {
    const enclave = await startSealed(machine);
    const reply = await post(enclave, "/v1/genesis", genesisRequest(genesisWorld()));
    expect(extrinsicOf(reply).nonce).toBe(0);
    const ledger = decode(ledgerCodec, fromHex(String(reply.body.ledger)));
    expect(ledger.deposits).toEqual({ next: 1n, open: [] });
    expect(reply.body.anchor).toBe(`0x${toHex(anchorOf(BRIDGE_ID, ledger))}`);
  });

  it("is refused where there is a past, or custody has another's key", async () => {
    const stranger = await machine.clone();
    const enclave = await startSealed(machine);
    const world = genesisWorld();
    world.parachain.setAccount(ISSUER, { nonce: 1 });
    expect(await post(enclave, "/v1/genesis", genesisRequest(world))).toEqual(refusal(409, "refused/genesis-nonce"));
    expect(await post(await startActivated(stranger), "/v1/genesis", genesisRequest(genesisWorld()))).toEqual(
      refusal(409, "refused/custody-key"),
    );
  });
});
