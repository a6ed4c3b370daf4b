/** Genuine evidence of a test world: real ledgers, tries and signatures, under roots of trust that a configuration names. */
import type { BridgeConfig } from "@pdiem/bridge/config";
import type { Evidence } from "@pdiem/bridge/evidence";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { CUSTODY } from "@pdiem/bridge/testing/diem-world";
import type { World } from "@pdiem/bridge/testing/world";
import { rootHash } from "@pdiem/devnet/trie/encode";
import { readProof } from "@pdiem/devnet/trie/proof";
import { withChanges } from "@pdiem/devnet/trie/trie";
import { fromHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/codec";
import { bytes } from "@pdiem/light-client/codec/scale";
import { publicKeyOf, sign } from "@pdiem/light-client/crypto/ed25519";
import type { AccountAddress } from "@pdiem/light-client/diem/account-address";
import { accountStateWithProof } from "@pdiem/light-client/diem/account-state-proof";
import { epochChangeProof } from "@pdiem/light-client/diem/epoch-change";
import { eventWithProof } from "@pdiem/light-client/diem/event-proof";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/ledger-info";
import { buildLedger, hashOfText, type LedgerEntry, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { epochStateOf, signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import type { Transaction } from "@pdiem/light-client/diem/transaction";
import { waypointOf } from "@pdiem/light-client/diem/waypoint";
import { finalityProof } from "@pdiem/light-client/polkadot/finality-proof";
import { type Header, header, headerHash } from "@pdiem/light-client/polkadot/header";
import { justification } from "@pdiem/light-client/polkadot/justification";
import { parasHeads } from "@pdiem/light-client/polkadot/storage-key";
import { voteMessage } from "@pdiem/light-client/polkadot/vote-signature";

const VALIDATORS = validators(4);
const AUTHORITY_SEED = filled(32, 3);
const ROUND = 1n;

const firstEpochEnd = signLedgerInfo(
  ledgerInfoAt(0, hashOfText("first state"), 0n, epochStateOf(1n, VALIDATORS)),
  VALIDATORS,
);

/** The example configuration, trusting the chains below. */
export const provableConfig: BridgeConfig = {
  ...exampleConfig,
  diem: { ...exampleConfig.diem, waypoint: waypointOf(firstEpochEnd.ledgerInfo) },
  relay: { ...exampleConfig.relay, authorities: [{ id: publicKeyOf(AUTHORITY_SEED), weight: 1n }] },
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

const proveDiem = ({ diem }: World, height: number): Evidence["diem"] => {
  const events = diem.eventsOf().map(({ event }) => event);
  const accounts: (readonly [AccountAddress, ReturnType<typeof diem.custodyState>])[] = [
    [CUSTODY, diem.custodyState()],
    ...[...diem.others].map(([address, state]) => [fromHex(address), state] as const),
  ];
  const entries: LedgerEntry[] = events.map((event, i) => ({ transaction: blockAt(i), events: [event] }));
  while (entries.length < height) entries.push({ transaction: blockAt(entries.length) });
  entries.push({ transaction: blockAt(entries.length), accounts });
  const ledger = buildLedger(entries);
  const { commitInfo, consensusDataHash } = ledger.ledgerInfo;
  const latest = { commitInfo: { ...commitInfo, timestampUsecs: diem.time * 1000n }, consensusDataHash };
  const last = entries.length - 1;
  return {
    latest: encode(ledgerInfoWithSignatures, signLedgerInfo(latest, VALIDATORS)),
    epochChangeProof: encode(epochChangeProof, { ledgerInfos: [firstEpochEnd], more: false }),
    accounts: accounts.map(([address]) => ({
      address,
      proof: encode(accountStateWithProof, ledger.proveAccount(last, address)),
    })),
    events: events.map((_, i) => encode(eventWithProof, ledger.proveEvent(i, 0))),
  };
};

const headerOf = (number: number, stateRoot: Uint8Array): Header => ({
  parentHash: hashOfText(`parent of ${number}`),
  number,
  stateRoot,
  extrinsicsRoot: hashOfText("extrinsics"),
  digest: [],
});

const finalize = (relay: Header, setId: bigint): Evidence["parachain"]["finality"][number] => {
  const vote = { targetHash: headerHash(relay), targetNumber: relay.number };
  const signature = sign(AUTHORITY_SEED, voteMessage(vote, ROUND, setId));
  const precommits = [{ precommit: vote, signature, id: publicKeyOf(AUTHORITY_SEED) }];
  const votes = { round: ROUND, commit: { ...vote, precommits }, votesAncestries: [] };
  const proof = { block: vote.targetHash, justification: encode(justification, votes), unknownHeaders: [] };
  return { proof: encode(finalityProof, proof), header: encode(header, relay) };
};

const proveParachain = ({ parachain }: World, height: number): Evidence["parachain"] => {
  const { paraId, profile } = provableConfig.parachain;
  const entries = parachain.entries();
  const state = withChanges(undefined, entries);
  const head = encode(header, headerOf(parachain.number, rootHash(state, profile.stateVersion)));
  const relayState = withChanges(undefined, [[parasHeads(paraId), encode(bytes, head)]]);
  const { setId, finalized } = provableConfig.relay;
  return {
    finality: [finalize(headerOf(finalized.number + 1 + height, rootHash(relayState, 0)), setId)],
    headProof: readProof(relayState, 0, [parasHeads(paraId)]),
    storageProof: readProof(
      state,
      profile.stateVersion,
      entries.map(([key]) => key),
    ),
  };
};

/**
 * All that the world holds, proven.
 * @param height how far both chains have come: from 1, more than the world's events
 */
export const prove = (world: World, height: number): Evidence => ({
  diem: proveDiem(world, height),
  parachain: proveParachain(world, height),
});
