import type { DiemEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import type { TrustedState } from "@pdiem/light-client/diem/epochs/trusted-state";
import { type AccountStateWithProof, accountStateWithProof } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { type EventWithProof, eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import type { EventKey } from "@pdiem/light-client/diem/state/event";
import { getAccountStateWithProof, getEventsWithProofs } from "../chains/diem/calls.js";
import type { DiemClient, DiemNode } from "../chains/diem/client.js";
import { MAX_BATCH, resultOf } from "../chains/diem/json-rpc.js";
import { proveLedger, type Trusted } from "../chains/diem/proven-ledger.js";
import { RpcError } from "../error.js";

/** Events `from` to before `to` of a stream. */
export interface EventRange {
  readonly key: EventKey;
  readonly from: bigint;
  readonly to: bigint;
}

export interface DiemRequest extends Trusted {
  readonly ranges: readonly EventRange[];
  readonly accounts: readonly AccountAddress[];
}

/** The most ranges of events that fit one batch: they must be proven at the ledger info of their own answer. */
export const MAX_RANGES = MAX_BATCH - 1;

const LOOKS_PER_BATCH = MAX_BATCH;

/** Account states can be asked for at any ledger info, so those that find no room in the first batch follow in others. */
const fetchAccounts = async (
  node: DiemNode,
  addresses: readonly AccountAddress[],
  version: bigint,
): Promise<readonly AccountStateWithProof[]> => {
  const found: AccountStateWithProof[] = [];
  for (let from = 0; from < addresses.length; from += LOOKS_PER_BATCH) {
    const calls = addresses
      .slice(from, from + LOOKS_PER_BATCH)
      .map((address) => getAccountStateWithProof(address, version, version));
    for (const answer of (await node.batch(calls)).answers) found.push(resultOf(answer));
  }
  return found;
};

const checkWhole = ({ from, to }: EventRange, events: readonly EventWithProof[]): readonly EventWithProof[] => {
  if (BigInt(events.length) !== to - from)
    throw new RpcError(
      "rpc/withheld",
      `expected events ${from} to ${to - 1n}, the node gave ${events.length}`,
      "backoff",
    );
  return events;
};

/**
 * Everything asked for, proven at one ledger info: the newest that the node has. What it shows is checked by whoever gets it.
 * @param check run on the evidence while another node can still be asked
 */
export const collectDiemEvidence = <T>(
  client: DiemClient,
  { ranges, accounts, ...trusted }: DiemRequest,
  check: (evidence: DiemEvidence, state: TrustedState) => T,
): Promise<T> =>
  client.run(async (node) => {
    const calls = ranges.map(({ key, from, to }) => getEventsWithProofs(key, from, Number(to - from)));
    const { state, verified, stateProof, answers } = await proveLedger(node, trusted, calls);
    const events = answers.flatMap((page, i) => {
      const range = ranges[i];
      return range === undefined ? [] : checkWhole(range, page);
    });
    const states = await fetchAccounts(node, accounts, verified.ledgerInfo.commitInfo.version);
    const evidence: DiemEvidence = {
      latest: encode(ledgerInfoWithSignatures, stateProof.latest),
      epochChangeProof: encode(epochChangeProof, stateProof.epochChangeProof),
      accounts: accounts.flatMap((address, i) => {
        const found = states[i];
        return found === undefined ? [] : [{ address, proof: encode(accountStateWithProof, found) }];
      }),
      events: events.map((event) => encode(eventWithProof, event)),
    };
    return check(evidence, state);
  });
