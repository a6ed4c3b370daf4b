/**
 * PROTOCOL 6: the leaked keys of long-gone sets fork no enclave, though anybody can name the present sets as their fork's
 * next ones. What counts is who signed the facts, not who was named.
 */
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { ENCLAVE_SEED, filled } from "@pdiem/bridge/testing/config";
import { CUSTODY } from "@pdiem/bridge/testing/diem-world";
import { paymentOf, type World } from "@pdiem/bridge/testing/world";
import { rootHash } from "@pdiem/devnet/trie/encode";
import { readProof } from "@pdiem/devnet/trie/proof";
import { withChanges } from "@pdiem/devnet/trie/trie";
import { ask, createMachine, type Machine } from "@pdiem/enclave/testing/machine";
import { fromHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/codec";
import { bytes } from "@pdiem/light-client/codec/scale";
import { publicKeyOf, sign } from "@pdiem/light-client/crypto/ed25519";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { accountStateWithProof } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import { buildLedger, hashOfText, type LedgerEntry } from "@pdiem/light-client/diem/testing/ledger";
import { epochStateOf, signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import type { Transaction } from "@pdiem/light-client/diem/transactions/transaction";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { type Header, header, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { justification } from "@pdiem/light-client/polkadot/finality/justification";
import { voteMessage } from "@pdiem/light-client/polkadot/finality/vote-signature";
import { scheduled } from "@pdiem/light-client/polkadot/testing/chain";
import { parasHeads } from "@pdiem/light-client/polkadot/trie/storage-key";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkpointOn, checkpointRequest, vouchFor } from "./checkpoint-requests.js";
import { decideRequest, diemFork, noticeOf, withoutDiem } from "./decide-requests.js";
import { diemPart, forgedAfter, lineIn, timeIn } from "./lines.js";
import { OWING, payableWorld, payoutRequest } from "./payout-requests.js";
import { asOlder, changeAuthority, changeValidators, type Line, provableConfig, prove, setsOf } from "./proofs.js";
import {
  ANSWERED,
  depositItems,
  FIRST,
  refusal,
  settleRequest,
  startActivated,
  startSealed,
  worldWith,
} from "./requests.js";

const now = timeIn(3);
const PRESENT = lineIn(3);
/** Genuine and public: honest guardians' checkpoint of the present sets. */
const CHECKPOINT = vouchFor(checkpointOn(PRESENT, now));
const STATE_VERSION = 1;

const headerOf = (number: number, stateRoot: Uint8Array): Header => ({
  parentHash: hashOfText(`parent of ${number}`),
  number,
  stateRoot,
  extrinsicsRoot: hashOfText("extrinsics"),
  digest: [],
});

const finalize = (relay: Header, setId: bigint, authority: Uint8Array) => {
  const vote = { targetHash: headerHash(relay), targetNumber: relay.number };
  const signature = sign(authority, voteMessage(vote, 1n, setId));
  const precommits = [{ precommit: vote, signature, id: publicKeyOf(authority) }];
  const votes = { round: 1n, commit: { ...vote, precommits }, votesAncestries: [] };
  const proof = { block: vote.targetHash, justification: encode(justification, votes), unknownHeaders: [] };
  return { proof: encode(finalityProof, proof), header: encode(header, relay) };
};

const OWN_AUTHORITY = filled(32, 0x66);

/** From month 1's set, whose keys leaked, through one of the forger's to the present set by name, at any state. */
const forgedParachain = ({ parachain }: World, height: number): ProofBundle["parachain"] => {
  const fork = changeAuthority(lineIn(1), 50, OWN_AUTHORITY);
  expect(fork.setId + 1n).toBe(PRESENT.setId);
  const { paraId } = provableConfig.parachain;
  const entries = parachain.entries();
  const state = withChanges(undefined, entries);
  const head = encode(header, headerOf(parachain.number, rootHash(state, STATE_VERSION)));
  const relayState = withChanges(undefined, [[parasHeads(paraId), encode(bytes, head)]]);
  const change = scheduled({ nextAuthorities: [{ id: publicKeyOf(PRESENT.authority), weight: 1n }], delay: 0 });
  const number = provableConfig.relay.finalized.number + 2 * height;
  const last = { ...headerOf(number, rootHash(relayState, 0)), digest: [change] };
  return {
    finality: [...fork.setChanges, finalize(last, fork.setId, OWN_AUTHORITY)],
    earlier: undefined,
    headProof: readProof(relayState, 0, [parasHeads(paraId)]),
    storageProof: readProof(
      state,
      STATE_VERSION,
      entries.map(([key]) => key),
    ),
  };
};

const blockAt = (index: number): Transaction => ({
  type: "blockMetadata",
  value: {
    id: hashOfText(`block ${index}`),
    round: BigInt(index),
    timestampUsecs: BigInt(index),
    previousBlockVotes: [],
    proposer: CUSTODY,
  },
});

const OWN_VALIDATORS = validators(4, 9_000);

/** Diem as the forger has it, likewise. */
const forgedDiem = ({ diem }: World, height: number): ProofBundle["diem"] => {
  const fork = changeValidators(lineIn(1), 50, timeIn(2), OWN_VALIDATORS);
  expect(fork.epoch + 1n).toBe(PRESENT.epoch);
  const events = diem.eventsOf().map(({ event }) => event);
  const others = [...diem.others].map(([address, state]) => [fromHex(address), state] as const);
  const accounts = [[CUSTODY, diem.custodyState()] as const, ...others];
  const entries: LedgerEntry[] = events.map((event, i) => ({ transaction: blockAt(i), events: [event] }));
  while (entries.length < height) entries.push({ transaction: blockAt(entries.length) });
  entries.push({ transaction: blockAt(entries.length), accounts });
  const ledger = buildLedger(entries);
  const { commitInfo, consensusDataHash } = ledger.ledgerInfo;
  const nextEpochState = epochStateOf(PRESENT.epoch, PRESENT.validators);
  const end = signLedgerInfo(
    {
      commitInfo: { ...commitInfo, epoch: fork.epoch, timestampUsecs: diem.time * 1000n, nextEpochState },
      consensusDataHash,
    },
    OWN_VALIDATORS,
  );
  const lastVersion = entries.length - 1;
  return {
    epochChanges: encode(epochChangeProof, { ledgerInfos: [...fork.epochEnds, end], more: false }),
    ledgerInfo: encode(ledgerInfoWithSignatures, end),
    signers: undefined,
    accounts: accounts.map(([address]) => ({
      address,
      proof: encode(accountStateWithProof, ledger.proveAccount(lastVersion, address)),
    })),
    events: events.map((_, i) => encode(eventWithProof, ledger.proveEvent(i, 0))),
  };
};

const settled = (proofs: ProofBundle) => settleRequest(proofs, depositItems(1));
const beforeCheckpoint = refusal(409, "refused/before-checkpoint");
const lapsed = refusal(409, "refused/checkpoint-lapsed");

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

describe("a fork by keys of long-gone sets that hands over to the present set", () => {
  it("of the relay chain alone pays nothing out by a ledger that never was", async () => {
    const enclave = await startSealed(machine);
    const world = payableWorld();
    world.setTime(now);
    const genuine = prove(world, 60, PRESENT);
    const forged: ProofBundle = { diem: genuine.diem, parachain: forgedParachain(world, 60) };
    expect(await ask(enclave, "payout", payoutRequest(forged))).toEqual(lapsed);
    // The guardians' own checkpoint, of the true sets, is refused at a block that only the forger's set justifies.
    expect(await ask(enclave, "checkpoint", checkpointRequest(forged, [CHECKPOINT], OWING))).toEqual(beforeCheckpoint);
    expect(await ask(enclave, "payout", payoutRequest(forged))).toEqual(lapsed);
    // Whoever has an enclave that keeps the checkpoint already gets no further by a reset.
    const other = await startActivated(await machine.clone());
    const honest = worldWith(0, OWING);
    honest.setTime(now);
    const request = checkpointRequest(prove(honest, 61, PRESENT), [CHECKPOINT], OWING);
    expect(await ask(other, "checkpoint", request)).toEqual(ANSWERED);
    await ask(other, "reset", undefined);
    expect(await ask(other, "payout", payoutRequest(forged))).toEqual(beforeCheckpoint);
    expect(
      await ask(other, "payout", payoutRequest(asOlder(forged, { ...PRESENT, setId: PRESENT.setId - 1n }))),
    ).toMatchObject({ status: 422 });
    await ask(other, "reset", undefined);
    expect(await ask(other, "payout", payoutRequest(prove(world, 62, PRESENT)))).toEqual(ANSWERED);
  });

  it("of Diem alone mints nothing for deposits that never were", async () => {
    const enclave = await startSealed(machine);
    const world = worldWith(0);
    world.diem.received.push(paymentOf({ amount: 10_000n }));
    world.setTime(now);
    const genuine = prove(world, 60, PRESENT);
    const forged: ProofBundle = { diem: forgedDiem(world, 60), parachain: genuine.parachain };
    expect(await ask(enclave, "settle", settled(forged))).toEqual(lapsed);
    // The block is the true chain's, so the checkpoint is taken; what the forger's validators signed still doesn't count.
    expect(await ask(enclave, "checkpoint", checkpointRequest(forged, [CHECKPOINT]))).toEqual(ANSWERED);
    expect(await ask(enclave, "settle", settled(forged))).toEqual(beforeCheckpoint);
    const [forgers] = setsOf({ ...PRESENT, epoch: PRESENT.epoch - 1n, validators: OWN_VALIDATORS });
    const older = { ...forged, diem: { ...forged.diem, signers: forgers } };
    expect(await ask(enclave, "settle", settled(older))).toEqual(beforeCheckpoint);
    await ask(enclave, "reset", undefined);
    expect(await ask(enclave, "settle", settled(prove(world, 62, PRESENT)))).toEqual(ANSWERED);
  });

  it("of Diem alone pauses nothing by its own keys' misbehaviour", async () => {
    const enclave = await startSealed(machine);
    const world = worldWith(0);
    world.setTime(now);
    const genuine = prove(world, 60, PRESENT);
    const forged: ProofBundle = { diem: forgedDiem(world, 60), parachain: genuine.parachain };
    await ask(enclave, "settle", settled(forged));
    expect(await ask(enclave, "checkpoint", checkpointRequest(forged, [CHECKPOINT]))).toEqual(ANSWERED);
    const own = { ...PRESENT, epoch: PRESENT.epoch - 1n, validators: OWN_VALIDATORS };
    const [epochState] = setsOf(own);
    const request = decideRequest(FIRST, withoutDiem(genuine), noticeOf(FIRST, diemFork(own, 53), now), {
      diem: [epochState],
      relay: [],
    });
    expect(await ask(enclave, "decide", request)).toEqual(refusal(422, "proof/unknown-set"));
  });

  it.each<[string, Line]>([
    ["both chains", lineIn(1)],
    ["both chains, through sets of the forger's", forgedAfter(lineIn(1))],
    ["Diem alone", { ...PRESENT, ...diemPart(lineIn(1)) }],
    ["the relay chain alone", { ...lineIn(1), ...diemPart(PRESENT) }],
  ])("gets nothing signed, whatever honest checkpoints are shown at it: %s", async (_, fork) => {
    await machine.sealKey(provableConfig, ENCLAVE_SEED.slice());
    const enclave = await startActivated(machine);
    const world = worldWith(1);
    world.setTime(now);
    for (const [i, month] of [undefined, 0, 1, 2, 3].entries()) {
      const proofs = prove(world, 60 + i, fork);
      if (month !== undefined) {
        const signed = vouchFor(checkpointOn(lineIn(month), timeIn(month)));
        await ask(enclave, "checkpoint", checkpointRequest(proofs, [signed]));
      }
      const reply = await ask(enclave, "settle", settled(prove(world, 80 + i, fork)));
      if (!("error" in reply)) throw new Error("expected nothing to be signed");
      expect(reply.error.code).toMatch(/^refused\/(checkpoint-lapsed|before-checkpoint|checkpoint-sets)$/);
    }
  });

  it("gets nothing signed for its own guardians' sake", async () => {
    const enclave = await startSealed(machine);
    const fork = forgedAfter(lineIn(1));
    const world = worldWith(1);
    world.setTime(now);
    const own = filled(32, 99);
    const signers = [{ keys: [publicKeyOf(own)], threshold: 1 }];
    const proofs = prove(world, 60, fork);
    for (const signed of [
      vouchFor(checkpointOn(fork, now), [own]),
      vouchFor(checkpointOn(fork, now, { signers }), [own]),
    ])
      expect(await ask(enclave, "checkpoint", checkpointRequest(proofs, [signed]))).toEqual(
        refusal(422, "proof/unknown-guardian"),
      );
    expect(await ask(enclave, "settle", settled(proofs))).toEqual(lapsed);
  });
});
