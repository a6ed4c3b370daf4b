import { copyFile, readFile, writeFile } from "node:fs/promises";
import { batchContent } from "@pdiem/bridge/custody/signing";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import type { Settlement } from "@pdiem/bridge/settlement/batch";
import { settleGenesis } from "@pdiem/bridge/settlement/genesis";
import { NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { settle } from "@pdiem/bridge/settlement/settle";
import { ENCLAVE_SEED, filled, ISSUER } from "@pdiem/bridge/testing/config";
import type { World } from "@pdiem/bridge/testing/world";
import type { Running } from "@pdiem/enclave/run";
import { initialSets } from "@pdiem/enclave/state/kept";
import { ask, askFor, createMachine, type Machine } from "@pdiem/enclave/testing/machine";
import { toHex } from "@pdiem/light-client/bytes";
import { validators } from "@pdiem/light-client/diem/testing/validators";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  asOlder,
  changeAuthority,
  changeValidators,
  FIRST_LINE,
  NO_PARACHAIN_PROOFS,
  provableConfig,
  prove,
} from "./proofs.js";
import {
  ANSWERED,
  depositItems,
  ENCODING,
  FIRST,
  refusal,
  settleRequest,
  startActivated,
  startSealed,
  worldWith,
} from "./requests.js";

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

const factsOf = (proofs: ProofBundle) => verifyFacts(provableConfig, initialSets(provableConfig), proofs).facts;

const simulate = (proofs: ProofBundle, deposits: number, governed = FIRST): Settlement =>
  settle({ config: provableConfig, issuer: ISSUER, ...governed }, factsOf(proofs), depositItems(deposits), []);

describe("settlement by the enclave", () => {
  it("signs exactly the batch that anyone can simulate", async () => {
    const enclave = await startSealed(machine);
    const proofs = prove(worldWith(3), 5);
    const reply = await askFor(enclave, "settle", settleRequest(proofs, depositItems(3)));
    const { parachain } = factsOf(proofs);
    const batch = simulate(proofs, 3);
    const { format, content } = batchContent(provableConfig, ENCODING, parachain, batch);
    expect(reply).toMatchObject({
      extrinsic: buildExtrinsic(format, content, ENCLAVE_SEED),
      nonce: FIRST.ledger.nonce,
      birth: { number: parachain.number, hash: parachain.hash },
      period: provableConfig.parachain.mortalPeriod,
      anchor: batch.anchor,
      lightClients: { diem: { epoch: 1n, version: 5n }, relay: { setId: 3n, number: 17 } },
    });
    expect(batch.ledger.deposits).toBe(3n);
  });

  it("gives the same bytes for the same request, asked twice, at once, after a restart and of clones", async () => {
    await machine.sealKey(provableConfig, ENCLAVE_SEED.slice());
    const [one, other] = await Promise.all([machine.clone(), machine.clone()]);
    const enclave = await startActivated(machine);
    const proofs = prove(worldWith(2), 5);
    const first = await askFor(enclave, "settle", settleRequest(proofs, depositItems(2)));
    const again = settleRequest(asOlder(proofs), depositItems(2));
    const replies = await Promise.all([1, 2, 3, 4].map(() => askFor(enclave, "settle", again)));
    await enclave.stop();
    replies.push(await askFor(await startActivated(machine), "settle", again));
    for (const on of [one, other])
      replies.push(await askFor(await startActivated(on), "settle", settleRequest(proofs, depositItems(2))));
    expect(new Set([first, ...replies].map(({ extrinsic }) => toHex(extrinsic))).size).toBe(1);
  });

  it("signs nothing for a ledger that isn't in force any more", async () => {
    const enclave = await startSealed(machine);
    const proofs = prove(worldWith(1), 5);
    const next = { ...FIRST, ledger: simulate(proofs, 1).ledger };
    const later = worldWith(2, next);
    await askFor(enclave, "settle", settleRequest(proofs, depositItems(1)));
    expect(await ask(enclave, "settle", settleRequest(prove(later, 9), depositItems(1)))).toEqual(
      refusal(409, "refused/not-in-force"),
    );
    expect(await ask(enclave, "settle", settleRequest(prove(later, 10), depositItems(1), next))).toEqual(ANSWERED);
  });

  it("PROTOCOL 1: refuses facts of two chains whose times are too far apart", async () => {
    const enclave = await startSealed(machine);
    const world = worldWith(1);
    world.parachain.time += provableConfig.maxSkew + 1n;
    expect(await ask(enclave, "settle", settleRequest(prove(world, 5), depositItems(1)))).toEqual(
      refusal(409, "refused/skew"),
    );
  });
});

describe("the enclave's light clients", () => {
  const statusOf = async (enclave: Running) => {
    const { role } = await askFor(enclave, "status", undefined);
    if (role.type === "empty") throw new Error("expected an enclave with a role");
    return role.value.lightClients;
  };

  it("move forward only, and are kept over restarts", async () => {
    const enclave = await startSealed(machine);
    const [older, newer] = [prove(worldWith(1), 5), prove(worldWith(1), 9)];
    const advanced = await askFor(enclave, "advance", { proofs: newer });
    expect(advanced.lightClients).toMatchObject({
      diem: { epoch: 1n, version: 9n },
      relay: { setId: 3n, number: 25 },
    });
    expect(await askFor(enclave, "advance", { proofs: older })).toEqual(advanced);
    expect(await statusOf(enclave)).toEqual(advanced.lightClients);
    await enclave.stop();
    expect(await statusOf(await startActivated(machine))).toEqual(advanced.lightClients);
  });

  it("PROTOCOL 6: don't starve honest relayers: facts of a second ago are taken after an advance by anybody", async () => {
    const enclave = await startSealed(machine);
    const honest = prove(worldWith(1), 5);
    const newer = worldWith(1);
    newer.setTime(newer.diem.time + 1n);
    await askFor(enclave, "advance", { proofs: prove(newer, 6) });
    const before = await statusOf(enclave);
    expect(await ask(enclave, "settle", settleRequest(honest, depositItems(1)))).toEqual(ANSWERED);
    expect(await statusOf(enclave)).toEqual(before);
  });

  it("PROTOCOL 6: take facts of sets that they have left meanwhile, by who signed them, and of no other sets", async () => {
    const enclave = await startSealed(machine);
    const world = worldWith(1);
    const honest = prove(world, 5);
    const next = changeAuthority(
      changeValidators(FIRST_LINE, 7, world.diem.time, validators(4, 100)),
      7,
      filled(32, 0x33),
    );
    const newer = worldWith(1);
    newer.setTime(newer.diem.time + 1n);
    await askFor(enclave, "advance", { proofs: prove(newer, 9, next) });
    const before = await statusOf(enclave);
    expect(before).toMatchObject({ diem: { epoch: 2n }, relay: { setId: 4n } });
    expect(await ask(enclave, "settle", settleRequest(asOlder(honest), depositItems(1)))).toEqual(ANSWERED);
    expect(await statusOf(enclave)).toEqual(before);
    const strangers = { ...FIRST_LINE, validators: validators(4, 900) };
    const foreign = asOlder(prove(world, 5, strangers), strangers);
    expect(await ask(enclave, "settle", settleRequest(foreign, depositItems(1)))).toEqual(
      refusal(422, "proof/foreign-set"),
    );
  });

  it("move on with one chain's proofs alone", async () => {
    const enclave = await startSealed(machine);
    const whole = prove(worldWith(1), 5);
    const relayOnly = { ...whole, diem: { ...whole.diem, ledgerInfo: new Uint8Array() } };
    expect((await askFor(enclave, "advance", { proofs: relayOnly })).lightClients).toMatchObject({
      diem: { version: 0n },
      relay: { number: 17 },
    });
    const diemOnly = { ...whole, parachain: NO_PARACHAIN_PROOFS };
    expect((await askFor(enclave, "advance", { proofs: diemOnly })).lightClients).toMatchObject({
      diem: { version: 5n },
      relay: { number: 17 },
    });
  });

  it("keep what was proven even where nothing is signed", async () => {
    const enclave = await startSealed(machine);
    expect(await ask(enclave, "settle", settleRequest(prove(worldWith(1), 5), NO_ITEMS))).toEqual(
      refusal(409, "refused/empty-batch"),
    );
    expect(await statusOf(enclave)).toMatchObject({ diem: { version: 5n }, relay: { number: 17 } });
  });

  it("begin again from the roots when told to, and come to the same", async () => {
    const enclave = await startSealed(machine);
    const first = await statusOf(enclave);
    const request = settleRequest(prove(worldWith(2), 5), depositItems(2));
    const signed = await askFor(enclave, "settle", request);
    expect((await askFor(enclave, "reset", undefined)).lightClients).toEqual(first);
    expect(await statusOf(enclave)).toEqual(first);
    expect(await askFor(enclave, "settle", request)).toEqual(signed);
  });

  it("lose nothing with an older copy of the sealed file: the same request gives the same bytes", async () => {
    const copy = `${machine.sealed}.copy`;
    const first = await startSealed(machine);
    await copyFile(machine.sealed, copy);
    const request = settleRequest(prove(worldWith(2), 5), depositItems(2));
    const before = await askFor(first, "settle", request);
    await first.stop();
    const newest = await readFile(machine.sealed);
    await copyFile(copy, machine.sealed);
    expect((await readFile(machine.sealed)).equals(newest)).toBe(false);
    const second = await startActivated(machine);
    expect(await statusOf(second)).toMatchObject({ diem: { version: 0n } });
    expect(await askFor(second, "settle", request)).toEqual(before);
  });

  it("don't stop the bridge when they can't be kept, and leave another's file alone", async () => {
    const enclave = await startSealed(machine);
    await writeFile(machine.sealed, "not a sealed file");
    expect(await ask(enclave, "settle", settleRequest(prove(worldWith(1), 5), depositItems(1)))).toEqual(ANSWERED);
    expect(await readFile(machine.sealed, "utf8")).toBe("not a sealed file");
    expect(machine.lines.join("")).toContain('"event":"not-kept","code":"sealed/format"');
  });
});

describe("genesis by the enclave", () => {
  const genesisWorld = (): World => {
    const world = worldWith(1);
    world.parachain.setAccount(ISSUER, { nonce: 0 });
    return world;
  };

  it("is signed for nonce 0, and puts a ledger in force that starts after what was before", async () => {
    const enclave = await startSealed(machine);
    const proofs = prove(genesisWorld(), 5);
    const { nonce, anchor } = await askFor(enclave, "genesis", { encoding: ENCODING, proofs, sessions: [] });
    const batch = settleGenesis(provableConfig, ISSUER, factsOf(proofs));
    expect({ nonce, anchor }).toEqual({ nonce: 0, anchor: batch.anchor });
    expect(batch.ledger.deposits).toBe(1n);
  });

  it("is refused where there is a past, or custody has another's key", async () => {
    const stranger = await machine.clone();
    const enclave = await startSealed(machine);
    const past = genesisWorld();
    past.parachain.setAccount(ISSUER, { nonce: 1 });
    expect(await ask(enclave, "genesis", { encoding: ENCODING, proofs: prove(past, 5), sessions: [] })).toEqual(
      refusal(409, "refused/genesis-nonce"),
    );
    const request = { encoding: ENCODING, proofs: prove(genesisWorld(), 5), sessions: [] };
    expect(await ask(await startActivated(stranger), "genesis", request)).toEqual(refusal(409, "refused/custody-key"));
  });
});
