import { RELEASES } from "@pdiem/bridge/ledger/list";
import type { Evidence } from "@pdiem/bridge/facts/proof-bundle";
import type { PayoutItem } from "@pdiem/bridge/settlement/items";
import type { History } from "@pdiem/bridge-client/journal/journal";
import { payout } from "@pdiem/bridge/payout/payout";
import type { Bridge } from "@pdiem/bridge/settlement/settle";
import type { DiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { RpcError } from "../error.js";
import type { Clients } from "./clients.js";
import { collect } from "./collect-proofs.js";
import { leafProofs } from "./leaf-proofs.js";
import { hasNeeds, mergeNeeds } from "./needs.js";
import { batchNeeds, payoutNeeds } from "./predict.js";
import { rangesOf } from "./event-ranges.js";
import { isNotShown, recordMisses } from "./recorder.js";

export interface PayoutProposal {
  readonly bridge: Omit<Bridge, "profile">;
  readonly history: History;
  readonly anchor: Uint8Array;
  /** Custody's account as last proven. */
  readonly custody: DiemAccount;
  /** Unpaid releases, the one preferred first. */
  readonly releases: readonly bigint[];
}

export interface ForetoldPayout {
  /** The first release that the rules let be paid, with what to ask the enclave with. */
  readonly payable: { readonly item: PayoutItem; readonly evidence: Evidence } | undefined;
  /** Why each of those before it can't be paid now. */
  readonly refused: readonly { readonly index: bigint; readonly error: PdiemError }[];
}

/** The second round proves what has happened since custody was looked at. */
const MAX_ROUNDS = 4;

/** Proves what paying any of these releases needs, and runs the bridge's rules on it, exactly as the enclave will. */
export const foretellPayout = async (clients: Clients, proposal: PayoutProposal): Promise<ForetoldPayout> => {
  const { bridge, history, anchor, custody } = proposal;
  const proofs = leafProofs(RELEASES, history.releases);
  const items = proposal.releases.map((index) => ({ index, release: proofs.prove(Number(index)) }));
  const { key, count } = custody.sentEvents;
  let needs = mergeNeeds(
    batchNeeds(bridge.config, bridge.issuer, anchor),
    ...items.map(({ release }) => payoutNeeds(release.leaf, bridge.ledger.paid.sent, count)),
  );
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { evidence, facts } = await collect(clients, { needs, ranges: rangesOf(key, needs.sentEvents) });
    const recorder = recordMisses(facts, key);
    const refused: { index: bigint; error: PdiemError }[] = [];
    for (const item of items) {
      try {
        payout(bridge, recorder.facts, item);
        return { payable: { item, evidence }, refused };
      } catch (error) {
        if (!isPdiemError(error)) throw error;
        if (!isNotShown(error)) refused.push({ index: item.index, error });
      }
    }
    const misses = recorder.misses();
    if (!hasNeeds(misses)) return { payable: undefined, refused };
    needs = mergeNeeds(needs, misses);
  }
  throw new RpcError(
    "rpc/unproven",
    "expected the nodes to prove what the rules look up, they keep missing it",
    "backoff",
  );
};
