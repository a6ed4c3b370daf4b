import type { Signers } from "@pdiem/bridge/config/guardians";
import { isPdiemError, ProofError } from "@pdiem/light-client/error";
import { lastRuntimeUpgrade } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readRuntimeUpgrade } from "@pdiem/light-client/polkadot/trie/storage-value";
import { proveHead, proveStorage } from "../../../chains/parachain/proven-state.js";
import { createClients } from "../../../clients.js";
import type { Config } from "../../../config.js";
import type { Clients } from "../../../sync/clients.js";
import { apiUrl } from "../../api-client.js";
import type { Output, ReadOptions } from "../../output.js";
import { ownWalk, type WalkAgainOptions } from "../../own-walk.js";
import { begun, presentState } from "../../present-state.js";
import { proveInForce } from "../../prove-in-force.js";
import type { Observed } from "./check-statement.js";
import { expectedSigners } from "./expected-signers.js";

type Governance = Pick<Observed, "signers" | "specVersion">;

const TRIES = 3;

/**
 * Proves what a relayer tells: whoever could make it up would choose who may sign the next
 * checkpoint.
 */
const proveGovernance = async ({ bridge }: Config, clients: Clients, base: string): Promise<Governance> => {
  for (let left = TRIES; ; left--) {
    const { issuer, governed } = await presentState(bridge, base);
    const { ledger, inForce } = begun(governed);
    try {
      const { specVersion } = await proveInForce(clients, issuer, ledger);
      return { signers: expectedSigners(inForce), specVersion };
    } catch (error) {
      if (left <= 1 || !isPdiemError(error) || error.code !== "proof/superseded") throw error;
    }
  }
};

/** The configuration's guardians, and the runtime that one's own nodes show. */
const configured = async ({ bridge }: Config, clients: Clients): Promise<Governance> => {
  const { keys, threshold } = bridge.guardians;
  const signers: readonly Signers[] = [{ keys, threshold }];
  const head = await proveHead(clients.relay, clients.lightClients.get().relay, bridge.parachain.paraId);
  const { lookup } = await proveStorage(clients.parachain, head.para, [lastRuntimeUpgrade]);
  const upgrade = lookup(lastRuntimeUpgrade);
  if (upgrade === undefined)
    throw new ProofError("proof/runtime", "expected System.LastRuntimeUpgrade to name the runtime");
  return { signers, specVersion: readRuntimeUpgrade(upgrade).specVersion };
};

/**
 * Observes by light clients of one's own what a checkpoint is to say. That is sets, time, runtime,
 * and who may sign the next.
 * @throws what `ownWalk`, `presentState` and `proveInForce` throw; PdiemError `bridge/no-ledger`,
 * `later`, before genesis, when `--offline` goes by the configuration's guardians
 */
export const observe = async (
  config: Config,
  options: ReadOptions & WalkAgainOptions,
  output: Output,
): Promise<Observed> => {
  const clients = createClients(config);
  const walked = await ownWalk(config, clients, options, output);
  const governance =
    options.offline === true
      ? await configured(config, clients)
      : await proveGovernance(config, clients, options.api ?? apiUrl(config));
  return { walked, ...governance };
};
