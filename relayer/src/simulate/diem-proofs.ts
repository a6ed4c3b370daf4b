import type { DiemProofs } from "@pdiem/bridge/facts/proof-bundle";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { type AccountStateWithProof, accountStateWithProof } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { type EventWithProof, eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import { getAccountStateWithProof, getEventsWithProofs } from "../chains/diem/calls.js";
import type { DiemClient, DiemNode } from "../chains/diem/client.js";
import { MAX_BATCH, resultOf } from "../chains/diem/json-rpc.js";
import { type ProvenLedger, proveLedger, type Trusted } from "../chains/diem/proven-ledger.js";
import { RpcError } from "../error.js";
import type { EventRange } from "./event-ranges.js";

export interface DiemRequest extends Trusted {
  /**
   * Epoch of the light client that the proofs are for; undefined while it trusts a waypoint alone.
   */
  readonly epoch: bigint | undefined;
  readonly ranges: readonly EventRange[];
  readonly accounts: readonly AccountAddress[];
}

/**
 * The most ranges of events that fit one batch. They must be proven at the ledger info of their own
 * answer.
 */
export const MAX_RANGES = MAX_BATCH - 1;

/**
 * Account states can be asked for at any ledger info. So those that find no room in the first batch
 * follow in others.
 */
const fetchAccounts = async (
  node: DiemNode,
  addresses: readonly AccountAddress[],
  version: bigint,
): Promise<readonly AccountStateWithProof[]> => {
  const found: AccountStateWithProof[] = [];
  for (let from = 0; from < addresses.length; from += MAX_BATCH) {
    const calls = addresses
      .slice(from, from + MAX_BATCH)
      .map((address) => getAccountStateWithProof(address, version, version));
    for (const answer of (await node.batch(calls)).answers) found.push(resultOf(answer));
  }
  return found;
};

const wantedOf = ({ from, to, numbers }: EventRange, events: readonly EventWithProof[]): readonly EventWithProof[] => {
  if (BigInt(events.length) !== to - from)
    throw new RpcError(
      "rpc/withheld",
      `expected events ${from} to ${to - 1n}, the node gave ${events.length}`,
      "backoff",
    );
  return numbers.flatMap((number) => events[Number(number - from)] ?? []);
};

/** A light client that is in a later epoch than this node has to be shown who signed. */
const signersFor = (
  epoch: bigint | undefined,
  { verified: { signedBy } }: Pick<ProvenLedger<[]>, "verified">,
): DiemProofs["signers"] =>
  signedBy !== undefined && epoch !== undefined && epoch > signedBy.epoch ? signedBy : undefined;

/**
 * Collects everything asked for, proven at one ledger info: the newest that the node has.
 * What it shows is checked by whoever gets it.
 * @param check run on the proofs while another node can still be asked
 */
export const collectDiemProofs = <T>(
  client: DiemClient,
  { ranges, accounts, epoch, ...trusted }: DiemRequest,
  check: (proofs: DiemProofs) => T,
): Promise<T> =>
  client.run(async (node) => {
    const calls = ranges.map(({ key, from, to }) => getEventsWithProofs(key, from, Number(to - from)));
    const proven = await proveLedger(node, trusted, calls);
    const events = proven.answers.flatMap((page, i) => {
      const range = ranges[i];
      return range === undefined ? [] : wantedOf(range, page);
    });
    const { latest, epochChangeProof: changes } = proven.stateProof;
    const states = await fetchAccounts(node, accounts, latest.ledgerInfo.commitInfo.version);
    return check({
      ledgerInfo: encode(ledgerInfoWithSignatures, latest),
      epochChanges: encode(epochChangeProof, changes),
      signers: signersFor(epoch, proven),
      accounts: accounts.flatMap((address, i) => {
        const found = states[i];
        return found === undefined ? [] : [{ address, proof: encode(accountStateWithProof, found) }];
      }),
      events: events.map((event) => encode(eventWithProof, event)),
    });
  });
