import { randomBytes } from "node:crypto";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Check } from "@pdiem/bridge-client/examine/check";
import { checkEvidence } from "@pdiem/bridge-client/examine/evidence-checks";
import { shownEnclaveOf } from "@pdiem/bridge-client/examine/shown-enclave";
import { toHex } from "@pdiem/light-client/bytes";
import { soleDoor } from "../../../enclave-door.js";
import { enclaveObstacles } from "../../../readiness/enclave-obstacles.js";
import { type HolderSight, spareHolders } from "../../../sync/enclave/holding.js";
import type { Finding } from "../../set-up/finding.js";
import { collateralOf } from "../../set-up/verified-key.js";
import { askForEvidence } from "../../verify-enclave/ask-enclave.js";
import { type Area, ofObstacles } from "../area.js";
import type { CheckContext } from "../context.js";

const OUTCOMES = { ok: "ok", failed: "differs", "not-shown": "not-shown" } as const;

const ofCheck = ({ name, outcome, expected, found, code }: Check): Finding => ({
  code: code ?? `enclave/evidence-${name.toLowerCase().replaceAll(" ", "-")}`,
  name: `enclave's ${name}`,
  outcome: OUTCOMES[outcome],
  expected,
  found,
  ...(outcome === "ok" ? {} : { todo: "pdiem verify-enclave tells more; give nothing to its key before it holds" }),
});

const evidenceFindings = async ({ config, bridge }: CheckContext): Promise<readonly Finding[]> => {
  const challenge = new Uint8Array(randomBytes(32));
  const { url } = soleDoor(config.enclave, "--enclave");
  const shown = shownEnclaveOf(await askForEvidence(config, { enclave: url }, challenge));
  const collateral = await collateralOf(shown, config, {}, { err: () => undefined });
  const { checks } = checkEvidence(shown, {
    config: bridge,
    bridgeId: bridgeId(bridge),
    challenge,
    // Those in force by decisions too are verify-enclave's matter.
    measurements: bridge.measurements,
    collateral,
    now: Date.now(),
  });
  return checks.map(ofCheck);
};

const words = ({ slot, state }: HolderSight): string => {
  const status = state?.status;
  const whose = slot === undefined ? "" : `slot ${slot}: `;
  if (status === undefined) return `${whose}no answer`;
  const { tee, role } = status;
  return `${whose}${tee}, ${role.type === "holder" ? `holds key 0x${toHex(role.value.custodyKey)}` : role.type}`;
};

/** The enclave: there, of this bridge, holds the key, and its evidence. */
export const enclaveArea: Area<CheckContext> = {
  name: "enclave",
  look: async (context) => {
    const holding = await context.holding();
    const { holders, threshold } = holding;
    const isSole = holders.length === 1;
    const expected = isSole
      ? "this bridge's enclave, which holds its key"
      : `this bridge's ${holders.length} enclaves, each with its slot's share of one key; ${threshold} of them sign`;
    const common = { code: "enclave", name: "enclave", expected, found: holders.map(words).join("; ") };
    const findings = ofObstacles(common, enclaveObstacles(holding));
    // What each of several shows is pdiem verify-enclave's matter.
    return isSole && spareHolders(holding) >= 0 ? [...findings, ...(await evidenceFindings(context))] : findings;
  },
};
