/** Whether the enclave is there, of this bridge, and holds the key: asked all the time. */
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { EnclaveStatus, HolderStatus } from "@pdiem/enclave/wire/identity";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { Logger } from "pino";
import { EnclaveError } from "../../error.js";
import { faultOf } from "../../fault.js";
import { startRepeating } from "../../repeating.js";
import { within } from "../../within.js";
import { activeEnclave, type OneEnclave } from "./enclave-sync.js";
import { expectBridge } from "./expect-bridge.js";
import type { KeptConfigurations } from "./kept-configurations.js";

export interface EnclaveState {
  /** What it said last; kept while it doesn't answer. */
  readonly status?: EnclaveStatus;
  /** Why it can't be worked with now; undefined where all is well. */
  readonly fault?: Pick<PdiemError, "code" | "message">;
}

export interface EnclaveWatch {
  /** Undefined until it was asked for the first time. */
  readonly state: () => EnclaveState | undefined;
  /**
   * Asks it, and activates one that holds nothing yet.
   * @throws EnclaveError, with the field named where the configuration was changed
   */
  readonly holder: () => Promise<HolderStatus>;
  readonly stop: () => Promise<void>;
}

export interface EnclaveWatchSources {
  readonly clients: OneEnclave;
  readonly kept: KeptConfigurations;
  /** The key that this relayer works for, once it is known. */
  readonly issuer: () => Uint8Array | undefined;
  readonly log: Logger;
}

const EVERY_MS = 2_000;
/** Its status waits for no other request: an enclave at work answers within this. */
const PATIENCE_MS = 10_000;

const SILENT = new EnclaveError(
  "enclave/timeout",
  `expected the enclave to answer within ${PATIENCE_MS} ms`,
  "backoff",
);

const OF_ANOTHER = ["enclave/other-bridge", "sealed/other-configuration"];

/** Says in which fields the configuration was changed, where an earlier one is kept. */
const withChanges = async (error: PdiemError, kept: KeptConfigurations, id?: Uint8Array): Promise<PdiemError> => {
  const changes = await kept.changesFrom(id);
  const advice =
    changes === undefined
      ? "point enclave.url at this bridge's enclave, or give the relayer the configuration that the enclave was made for"
      : `the configuration was changed: ${changes.join("; ")}. Undo that, or make a new bridge with an enclave of its own`;
  return new EnclaveError(error.code, `${error.message}: ${advice}`, "backoff", { cause: error });
};

const otherKey = (expected: Uint8Array, got: Uint8Array): EnclaveError =>
  new EnclaveError(
    "enclave/other-key",
    `expected the enclave that holds key 0x${toHex(expected)}, got one of the same bridge with 0x${toHex(got)}: point enclave.url at the first, or start the relayer anew if the bridge is new`,
    "backoff",
  );

const waitsForKey = (key: Uint8Array): EnclaveError =>
  new EnclaveError(
    "enclave/receiver",
    `expected an enclave that holds the key, got one that waits for 0x${toHex(key)}: hand it over (pdiem handover), or point enclave.url at a holder`,
    "backoff",
  );

const IN_CEREMONY = new EnclaveError(
  "enclave/participant",
  "expected an enclave that holds its share, got one that takes part in a ceremony still: take that to its end (pdiem ceremony)",
  "backoff",
);

const WITHOUT_KEY = new EnclaveError(
  "enclave/empty",
  "expected an enclave that holds the key, got one that holds none yet, or wasn't activated since it started",
  "backoff",
);

const expectHolder = (config: BridgeConfig, { role }: EnclaveStatus): void => {
  if (role.type === "empty") throw WITHOUT_KEY;
  expectBridge(config, role.value);
  if (role.type === "receiver") throw waitsForKey(role.value.custodyKey);
  if (role.type === "participant") throw IN_CEREMONY;
};

/** Asks the enclave once, and activates nothing. */
export const lookAtEnclave = async ({
  clients: { config, enclave },
  kept,
}: Pick<EnclaveWatchSources, "clients" | "kept">): Promise<EnclaveState> => {
  let status: EnclaveStatus | undefined;
  try {
    status = await within(PATIENCE_MS, enclave.status(), undefined);
    if (status === undefined) throw SILENT;
    expectHolder(config, status);
    return { status };
  } catch (error) {
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    const id = status === undefined || status.role.type === "empty" ? undefined : status.role.value.bridgeId;
    const { code, message } = OF_ANOTHER.includes(fault.code) ? await withChanges(fault, kept, id) : fault;
    return { ...(status === undefined ? {} : { status }), fault: { code, message } };
  }
};

export const watchEnclave = ({ clients, kept, issuer, log }: EnclaveWatchSources): EnclaveWatch => {
  const { enclave, config } = clients;
  let state: EnclaveState | undefined;
  let told: string | undefined;
  let keeping: Promise<void> | undefined;

  // Whoever finds the holder waits: so a relayer at work can always tell what was changed later.
  const keepOurs = (): Promise<void> => {
    keeping ??= kept
      .keep()
      .catch((error: unknown) => log.warn({ error: String(error) }, "the configuration can't be kept"));
    return keeping;
  };

  const ask = async (): Promise<HolderStatus> => {
    const status = await within(PATIENCE_MS, enclave.status(), undefined);
    if (status === undefined) throw SILENT;
    state = { ...state, status };
    const { role } = status;
    const isOurs = role.type === "empty" || equal(role.value.bridgeId, bridgeId(config));
    if (role.type === "receiver" && isOurs) throw waitsForKey(role.value.custodyKey);
    if (role.type === "participant" && isOurs) throw IN_CEREMONY;
    try {
      const holder = role.type === "holder" && isOurs ? role.value : await activeEnclave(clients);
      const expected = issuer();
      if (expected !== undefined && !equal(expected, holder.custodyKey)) throw otherKey(expected, holder.custodyKey);
      await keepOurs();
      return holder;
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined || !OF_ANOTHER.includes(fault.code)) throw error;
      throw await withChanges(fault, kept, role.type === "empty" ? undefined : role.value.bridgeId);
    }
  };

  const tell = (fault: EnclaveState["fault"]): void => {
    const news = fault === undefined ? undefined : `${fault.code}: ${fault.message}`;
    if (news === told) return;
    if (fault === undefined) log.info("the enclave answers");
    else log.error({ code: fault.code, error: fault.message }, "no enclave to work with");
    told = news;
  };

  const holder = async (): Promise<HolderStatus> => {
    try {
      const found = await ask();
      const { fault: _, ...rest } = state ?? {};
      state = rest;
      tell(undefined);
      return found;
    } catch (error) {
      const { code, message } = faultOf(error) ?? new PdiemError("enclave/failed", String(error));
      state = { ...state, fault: { code, message } };
      tell(state.fault);
      throw error;
    }
  };

  const repeating = startRepeating(
    async () => void (await holder()),
    EVERY_MS,
    () => undefined,
  );
  return { state: () => state, holder, stop: repeating.stop };
};
