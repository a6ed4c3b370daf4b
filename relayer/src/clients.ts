import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { createDiemClient } from "./chains/diem/client.js";
import { keepMetadata } from "./chains/metadata-keeper.js";
import type { ObservedFinality, ObservedLedger } from "./chains/observed.js";
import { createSubstrateRpc } from "./chains/parachain/substrate-rpc.js";
import { createEndpoints } from "./chains/rpc/endpoints.js";
import type { Config } from "./config.js";
import { keepRoom } from "./runtime/room-keeper.js";
import type { Clients } from "./sync/clients.js";
import { type CatchUp, keepCatchUp } from "./sync/light-clients/catch-up.js";
import { keepLightClients, type LightClientKeeper } from "./sync/light-clients/light-client-keeper.js";
import { createWitness, type Witness } from "./sync/misbehaviour/witness.js";

// Set by set, as they are verified: a walk that fails on a long way is gone on with, not begun
// anew.
const observeLedger =
  (witness: Witness, lightClients: LightClientKeeper) =>
  (shown: ObservedLedger): void => {
    witness.ledger.observe(shown);
    const to = shown.accepted?.to;
    if (to?.change === "epoch") lightClients.offer({ diem: to.state }, { diem: to.passed });
  };

const observeFinality =
  (witness: Witness, lightClients: LightClientKeeper, catchUp: CatchUp) =>
  (shown: ObservedFinality): void => {
    witness.finality.observe(shown);
    const { accepted, latestSetId: latest } = shown;
    if (accepted === undefined) return;
    const { from, to } = accepted;
    if (to.passed.length === 0) {
      catchUp.end("relayer");
      return;
    }
    lightClients.offer({ relay: to.state }, { relay: to.passed.map(({ set }) => ({ set, last: to.verified })) });
    catchUp.note({ owner: "relayer", from: from.setId, setId: to.state.setId, latest });
  };

/**
 * Makes the clients of every node in the configuration, with this process's own light clients.
 * @param start where those begin: what follows from the configuration's roots of trust
 */
export const createClients = (
  config: Pick<Config, "bridge" | "diem" | "parachain" | "relay">,
  start = initialLightClientState(config.bridge),
): Clients => {
  const { bridge } = config;
  const lightClients = keepLightClients(start);
  const witness = createWitness(bridge);
  const catchUp = keepCatchUp();
  const parachain = createSubstrateRpc(createEndpoints(config.parachain.httpUrls), config.parachain);
  const relay = createSubstrateRpc(
    createEndpoints(config.relay.httpUrls),
    config.relay,
    observeFinality(witness, lightClients, catchUp),
  );
  const metadata = keepMetadata({ config: bridge, parachain, relay, relayState: () => lightClients.get().relay });
  return {
    config: bridge,
    diem: createDiemClient(createEndpoints(config.diem.urls), config.diem, observeLedger(witness, lightClients)),
    parachain,
    relay,
    metadata,
    room: keepRoom({ config: bridge, parachain, metadata }),
    lightClients,
    catchUp,
    witness,
  };
};
