/** Light clients of this page's own: where they are, and what leads them on. */
import { type BridgeConfig, bridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import type { OwnSets } from "@pdiem/bridge/facts/own-sets";
import { proofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { EMPTY_SET_HISTORY } from "@pdiem/bridge/facts/set-history";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { type GovernanceState, governanceState } from "@pdiem/bridge/governance/governance-state";
import { type Ledger, ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import { type BridgeDescription, proofsView } from "@pdiem/relayer/views/bridge-view";
import { ledgerView } from "@pdiem/relayer/views/ledger-view";
import { ask } from "../api/ask.js";
import { RelayerError } from "../api/relayer-error.js";

/** Accounts whose facts are wanted beside the bridge's own, hex. */
export interface Wanted {
  readonly account?: string | undefined;
  readonly payee?: string | undefined;
}

/** What a walk from the roots of trust has led to. */
export interface Proven {
  readonly facts: Facts;
  readonly ledger: Ledger;
  readonly governance: GovernanceState;
  readonly own: OwnSets;
  readonly told: { readonly ledger: string; readonly governance: string };
}

/** A bridge that this page follows. */
export interface Session {
  readonly config: BridgeConfig;
  readonly description: BridgeDescription;
  /** Bundles from the roots on. */
  bundles: readonly string[];
  own: OwnSets;
}

const TRIES = 4;

/**
 * Starts from the roots of trust in a configuration.
 * @throws DecodeError; RelayerError `page/bridge` where it isn't the bridge that it is said to be
 */
export const startSession = (description: BridgeDescription): Session => {
  const config = decode(bridgeConfig, fromHex(description.config));
  if (toHex(bridgeIdOf(config)) !== description.bridgeId)
    throw new RelayerError("page/bridge", "the configuration isn't that of the bridge that it is said to be", false);
  const own = { lightClients: initialLightClientState(config), setHistory: EMPTY_SET_HISTORY };
  return { config, description, bundles: [], own };
};

const fromOf = ({ lightClients: { diem, relay } }: OwnSets) => ({
  ...(diem.type === "epochState" ? { epoch: diem.value.epochState.epoch.toString() } : {}),
  version: trustedVersion(diem).toString(),
  setId: relay.setId.toString(),
  block: relay.finalized.number,
});

const isSame = (a: OwnSets, b: OwnSets): boolean =>
  a.lightClients.relay.setId === b.lightClients.relay.setId &&
  trustedVersion(a.lightClients.diem) === trustedVersion(b.lightClients.diem);

/** Asks for proofs from where the session is, and verifies them. */
const leadOn = async (session: Session, wanted: Wanted): Promise<Facts> => {
  const before = session.own;
  const { proofs } = await ask("api/v1/proofs", proofsView, { from: fromOf(before), ...wanted });
  const { own, facts } = verifyFacts(session.config, before, decode(proofBundle, fromHex(proofs)));
  session.own = own;
  session.bundles = isSame(before, own) ? [...session.bundles.slice(0, -1), proofs] : [...session.bundles, proofs];
  return facts;
};

/**
 * Proves the newest state, and takes what the relayer tells of ledger and governance with it. None
 * of it is believed before it is checked against the facts.
 * @throws ProofError, RefusedError, DecodeError; RelayerError `page/no-ledger` before genesis
 */
export const prove = async (session: Session, wanted: Wanted = {}): Promise<Proven> => {
  for (let left = TRIES; ; left--) {
    const { current } = await ask("api/v1/ledger", ledgerView);
    if (current === undefined) throw new RelayerError("page/no-ledger", "no ledger is in force yet", true);
    const facts = await leadOn(session, wanted);
    const after = await ask("api/v1/ledger", ledgerView);
    // A batch that came in between has replaced the ledger: what was told no longer fits.
    if (after.current?.anchor !== current.anchor && left > 1) continue;
    const { ledger, governance } = current;
    return {
      facts,
      own: session.own,
      ledger: decode(ledgerCodec, fromHex(ledger)),
      governance: decode(governanceState, fromHex(governance)),
      told: { ledger, governance },
    };
  }
};
