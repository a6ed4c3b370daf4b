import { governanceState } from "@pdiem/bridge/governance/governance-state";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { FastifyInstance } from "fastify";
import { isFrozen } from "../sync/bridge/governance.js";
import { type LedgerView, ledgerView } from "../views/ledger-view.js";
import { type AtWork, type Followed, viewOf } from "./at-work.js";
import { get } from "./route.js";

export interface LedgerParts extends Followed {
  readonly bridgeId: Uint8Array;
  /** The enclave's key. */
  readonly issuer: Uint8Array;
}

const viewLedger = (parts: LedgerParts): LedgerView => {
  const view = viewOf(parts);
  const { current } = view;
  return {
    bridgeId: toHex(parts.bridgeId),
    issuer: toHex(parts.issuer),
    block: view.block.number,
    time: view.time.toString(),
    supplies: view.assets.map((asset) => (asset?.supply ?? 0n).toString()),
    frozen: isFrozen(view),
    ...(current === undefined
      ? {}
      : {
          current: {
            anchor: toHex(current.anchor),
            ledger: toHex(encode(ledgerCodec, current.history.ledger)),
            governance: toHex(encode(governanceState, current.history.governance)),
          },
        }),
  };
};

/**
 * Serves the ledger in force with its governance state, at `GET /ledger`: what others prove, or
 * sign over.
 */
export const ledgerRoutes = (app: FastifyInstance, work: AtWork<LedgerParts>): void => {
  get(
    app,
    "/ledger",
    { summary: "Shows the ledger in force and its anchor", tag: "bridge", answers: { 200: ledgerView } },
    () => viewLedger(work()),
  );
};
