import { readFileSync } from "node:fs";
import { parseEvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { networkKeys } from "@pdiem/devnet/diem/network-keys";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { type Relay, startRelay } from "@pdiem/devnet/relay/relay";
import { voterSet } from "@pdiem/devnet/relay/voters";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { equal, fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { decode as decodeScale, encode as encodeScale } from "@pdiem/light-client/codec/scale";
import { sign } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { ledgerInfoSigningMessage, ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { type Header, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { justification } from "@pdiem/light-client/polkadot/finality/justification";
import { voteMessage } from "@pdiem/light-client/polkadot/finality/vote-signature";
import { runCli } from "@pdiem/relayer/cli/cli";
import type { DecisionsView } from "@pdiem/relayer/views/decisions-view";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectAlerts } from "../infra/support/expect-alerts.js";
import { type Detour, startDetour } from "./support/detour.js";
import { type RelayedBridge, startRelayedBridge } from "./support/relayed-bridge.js";

const ROOT = new Uint8Array(32).fill(9);
const COMPARE_MS = 500;

let bridge: RelayedBridge;
let otherDiem: Detour;
let otherRelay: Detour;
let diemFork: RunningDiem;
let relayFork: Relay;

beforeAll(async () => {
  bridge = await startRelayedBridge({
    prepare: async ({ diem, relay }) => {
      otherDiem = await startDetour(diem.url);
      otherRelay = await startDetour(relay.url);
    },
    relayerSettings: ({ diem, relay, ...rest }) => ({
      ...rest,
      diem: { ...diem, urls: [...diem.urls, otherDiem.url] },
      relay: { ...relay, urls: [...relay.urls, otherRelay.url.replace("http", "ws")] },
      misbehaviour: { compareMs: COMPARE_MS },
    }),
  });
  const { diem, assetHub } = bridge.chains;
  // The same keys as the bridge's own chains: what these sign is signed by those chains' validators
  // and authorities.
  diemFork = await startDiem({ chainId: diem.chainId });
  relayFork = await startRelay({ paraId: assetHub.paraId, parachainGenesis: ROOT, automatic: false });
  for (let block = 0; block < 3; block++) relayFork.produceBlock();
});

afterAll(async () => {
  await bridge?.stop();
  await Promise.all([diemFork, relayFork, otherDiem, otherRelay].map((one) => one?.close()));
});

type Seen = NonNullable<StatusView["misbehaviour"]>;
type Evidence = Seen["evidence"][number];

/** What the relayer has seen, once it is as wanted. */
const seen = (isWanted: (view: Seen) => boolean): Promise<Seen> =>
  eventually(async () => {
    const { misbehaviour } = (await bridge.ask<StatusView>("/api/v1/status").catch(() => undefined)) ?? {};
    return misbehaviour !== undefined && isWanted(misbehaviour) ? misbehaviour : undefined;
  });

const decisions = () => bridge.ask<DecisionsView>("/api/v1/decisions");

const evidenceAgainst = async (chain: string): Promise<Evidence> => {
  const isKept = (one: Evidence): boolean => one.chain === chain && one.file !== undefined;
  const found = (await seen(({ evidence }) => evidence.some(isKept))).evidence.find(isKept);
  if (found === undefined) throw new Error("expected the evidence that was just seen");
  return found;
};

const untilDecided = (count: string) =>
  eventually(async () => {
    const view = await decisions().catch(() => undefined);
    return view?.count === count ? view : undefined;
  });

const cli = async (...args: readonly string[]) => {
  const out: string[] = [];
  const code = await runCli(args, { out: (text) => out.push(text), err: (text) => out.push(text) });
  return { code, out: out.join("\n") };
};

const validators = networkKeys(sha3_256(utf8("pdiem devnet")), 4).validators;
const VOTERS = voterSet(0n, 4);

/**
 * The node's ledger info with another root, signed by just one of those that signed the true one.
 */
const forgeLedgerInfo = (hex: string): string => {
  const { ledgerInfo, signatures } = decode(ledgerInfoWithSignatures, fromHex(hex));
  const forged = { ...ledgerInfo, commitInfo: { ...ledgerInfo.commitInfo, executedStateId: ROOT } };
  const signer = validators.find(({ owner }) => signatures.some(([author]) => equal(author, owner.address)));
  if (signer === undefined) throw new Error("expected a validator of the devnet to have signed");
  const alone = [[signer.owner.address, signer.sign(ledgerInfoSigningMessage(forged))]] as const;
  return toHex(encode(ledgerInfoWithSignatures, { ledgerInfo: forged, signatures: alone }));
};

/**
 * Another block at the height that the node's proof finalizes, with the first authority's vote in
 * the same round.
 */
const forgeFinality = (proof: string): string => {
  const { justification: encoded, unknownHeaders } = decodeScale(finalityProof, fromHex(proof.slice(2)));
  const { round, commit } = decodeScale(justification, encoded);
  const [voter] = VOTERS.voters;
  const parent = unknownHeaders.at(-1)?.parentHash ?? ROOT;
  const block: Header = {
    parentHash: parent,
    number: commit.targetNumber,
    stateRoot: ROOT,
    extrinsicsRoot: ROOT,
    digest: [],
  };
  const vote = { targetHash: headerHash(block), targetNumber: block.number };
  if (voter === undefined) throw new Error("expected the devnet to have authorities");
  const signature = sign(voter.seed, voteMessage(vote, round, VOTERS.setId));
  const votes = {
    round,
    commit: { ...vote, precommits: [{ precommit: vote, signature, id: voter.publicKey }] },
    votesAncestries: [],
  };
  const forged = { block: vote.targetHash, justification: encodeScale(justification, votes), unknownHeaders: [block] };
  return `0x${toHex(encodeScale(finalityProof, forged))}`;
};

interface DiemAnswer {
  readonly result?: { readonly ledger_info_with_signatures?: string };
}

const lieAboutLedger = (answer: unknown): unknown =>
  Array.isArray(answer)
    ? answer.map((one: DiemAnswer) => {
        const shown = one.result?.ledger_info_with_signatures;
        if (shown === undefined) return one;
        return { ...one, result: { ...one.result, ledger_info_with_signatures: forgeLedgerInfo(shown) } };
      })
    : answer;

const lieAboutFinality = (answer: unknown, request: unknown): unknown => {
  const { result } = answer as { readonly result?: unknown };
  const { method } = request as { readonly method: string };
  if (method !== "grandpa_proveFinality" || typeof result !== "string") return answer;
  return { ...(answer as object), result: forgeFinality(result) };
};

describe("a relayer that looks for misbehaviour by itself", () => {
  it("only tells of single signers for two histories, which a node without a quorum shows: nothing pauses", async () => {
    otherDiem.lead(bridge.chains.diem.url, lieAboutLedger);
    otherRelay.lead(bridge.chains.relay.url, lieAboutFinality);
    const { evidence, equivocators } = await seen(({ equivocators: { some } }) =>
      ["diem", "relay"].every((chain) => some.some((one) => one.chain === chain)),
    );
    expect(evidence).toEqual([]);
    const [voter] = VOTERS.voters;
    expect(equivocators.some).toContainEqual({
      chain: "relay",
      set: "0",
      signer: `0x${toHex(voter?.publicKey ?? ROOT)}`,
    });
    const metrics = await (await fetch(`${bridge.relayerUrl}/metrics`)).text();
    expect(metrics).toMatch(/pdiem_misbehaviour_total\{chain="diem",kind="equivocation"\} [1-4]\n/);
    expect(metrics).toContain('pdiem_misbehaviour_total{chain="relay",kind="equivocation"} 1\n');
    expect(metrics).not.toContain('kind="conflict"');
    await expectAlerts(bridge.relayerUrl, "PdiemEquivocation");
    expect(await decisions()).toMatchObject({ count: "0", inForce: { paused: false } });
  });

  it("pauses the bridge where another Diem node has a history of its own, signed by validators of the epoch before", async () => {
    bridge.chains.diem.association.nextEpoch();
    otherDiem.lead(diemFork.url);
    const { set, file = "" } = await evidenceAgainst("diem");
    expect(set).toBe("1");
    expect(await untilDecided("1")).toMatchObject({ inForce: { paused: true } });
    await expectAlerts(bridge.relayerUrl, "PdiemTwoHistories");
    const shown = await cli("evidence", "show", file);
    expect(shown).toMatchObject({ code: 0, out: expect.stringMatching(/^Diem's validators of epoch 1 signed/) });
    expect(shown.out).toContain(`validators of epoch 1`);
    expect(parseEvidenceFile(JSON.parse(readFileSync(file, "utf8"))).misbehaviour.type).toBe("diem");
  });

  it("has both told where another relay chain node holds a block of another fork for final, by the set before", async () => {
    bridge.chains.relay.changeAuthorities();
    await eventually(() => (bridge.chains.relay.trustRoot().setId === 1n ? true : undefined));
    otherRelay.lead(relayFork.url);
    const { set, file = "" } = await evidenceAgainst("relay");
    expect(set).toBe("0");
    expect(await untilDecided("2")).toMatchObject({ inForce: { paused: true } });
    const shown = await cli("evidence", "show", file);
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining("two forks") });
    const told = await cli("status", "--config", bridge.relayerFile);
    expect(told.out).toContain(file);
    // A paused bridge isn't ready.
    const ready = await fetch(`${bridge.relayerUrl}/readyz`);
    const { checks } = (await ready.json()) as { checks: Record<string, { detail: string }> };
    expect(ready.status).toBe(503);
    expect(checks.misbehaviour?.detail).toContain(file);
    expect(checks.guardians?.detail).toBe("everything waits for guardians to resume: the bridge is paused");
    expect(await (await fetch(`${bridge.relayerUrl}/metrics`)).text()).toContain("\npdiem_paused 1\n");
  });

  it("knows of it after a restart, and asks for no more than was decided", async () => {
    await bridge.relayer().kill();
    await bridge.restartRelayer();
    const { evidence: known } = await seen(({ evidence }) => evidence.length === 2);
    expect(known.map(({ chain }) => chain).sort()).toEqual(["diem", "relay"]);
    expect(await untilDecided("2")).toMatchObject({ inForce: { paused: true }, pending: [] });
  });
});
