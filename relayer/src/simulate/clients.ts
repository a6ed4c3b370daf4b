import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { DiemClient } from "../chains/diem/client.js";
import type { EnclaveClient } from "../enclave/client.js";
import type { Witness } from "../sync/misbehaviour/witness.js";
import type { SubstrateRpc } from "../chains/parachain/substrate-rpc.js";
import type { HeadsKeeper } from "../sync/light-clients/light-client-keeper.js";

/** Everything that evidence is collected from, and for. */
export interface Clients {
  readonly config: BridgeConfig;
  /** The configuration as JSON: what the enclave is activated with. */
  readonly bridgeJson: unknown;
  readonly diem: DiemClient;
  readonly parachain: SubstrateRpc;
  readonly relay: SubstrateRpc;
  readonly enclave: EnclaveClient;
  /** This process's own light clients. */
  readonly heads: HeadsKeeper;
  /** Hears what the nodes show. */
  readonly witness: Witness;
}
