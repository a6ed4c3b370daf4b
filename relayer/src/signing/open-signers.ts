import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import type { Logger } from "pino";
import type { Clients } from "../sync/clients.js";
import type { HoldersWatch } from "../sync/enclave/holders-watch.js";
import { heldSigners } from "./held-signers.js";
import type { Signers } from "./signers.js";
import { soleSigner } from "./sole-signer.js";

export interface SignerSources {
  readonly clients: Clients;
  /** Holders of the key: one, or one for each slot. */
  readonly enclaves: readonly EnclaveClient[];
  readonly watch: Pick<HoldersWatch, "holding" | "look">;
  readonly log: Logger;
}

/** Makes those who sign, by the bridge's configuration: one enclave, or holders of shares. */
export const openSigners = (sources: SignerSources): Signers => {
  const { clients, enclaves } = sources;
  if (clients.config.holders !== undefined) return heldSigners(sources);
  const [enclave] = enclaves;
  if (enclave === undefined) throw new RangeError("expected an enclave");
  return soleSigner({ ...clients, enclave });
};
