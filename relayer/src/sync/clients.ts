import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { DiemClient } from "../chains/diem/client.js";
import type { MetadataKeeper } from "../chains/metadata-keeper.js";
import type { SubstrateRpc } from "../chains/parachain/substrate-rpc.js";
import type { RoomKeeper } from "../runtime/room-keeper.js";
import type { Signers } from "../signing/signers.js";
import type { CatchUp } from "./light-clients/catch-up.js";
import type { LightClientKeeper } from "./light-clients/light-client-keeper.js";
import type { Witness } from "./misbehaviour/witness.js";

/** Everything that proofs are collected from, and for. */
export interface Clients {
  readonly config: BridgeConfig;
  readonly diem: DiemClient;
  readonly parachain: SubstrateRpc;
  readonly relay: SubstrateRpc;
  /** Proofs of how the parachain's runtime encodes calls. */
  readonly metadata: MetadataKeeper;
  /** What the parachain's runtime lets a batch hold. */
  readonly room: RoomKeeper;
  /** This process's own light clients. */
  readonly lightClients: LightClientKeeper;
  /** How far they, or the enclave's, are on a long way. */
  readonly catchUp: CatchUp;
  /** Observes what the nodes show. */
  readonly witness: Witness;
}

/** The same, where there is somebody to sign. */
export interface SigningClients extends Clients {
  readonly signers: Signers;
}
