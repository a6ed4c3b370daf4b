import { randomBytes } from "node:crypto";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Check } from "@pdiem/bridge-client/examine/check";
import { checkEvidence } from "@pdiem/bridge-client/examine/evidence-checks";
import { shownEnclaveOf } from "@pdiem/bridge-client/examine/shown-enclave";
import { toHex } from "@pdiem/light-client/bytes";
import { soleDoor } from "../../../enclave-door.js";
import { enclaveObstacles } from "../../../readiness/enclave-obstacles.js";
import type { EnclaveState } from "../../../sync/enclave/enclave-watch.js";
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

const words = ({ status }: EnclaveState): string =>
  status === undefined
    ? "no answer"
    : `${status.tee}, ${status.role.type === "holder" ? `holds key 0x${toHex(status.role.value.custodyKey)}` : status.role.type}`;

/** The enclave: there, of this bridge, holds the key, and its evidence. */
export const enclaveArea: Area<CheckContext> = {
  name: "enclave",
  look: async (context) => {
    const state = await context.enclave();
    const expected = "this bridge's enclave, which holds its key";
    const common = { code: "enclave", name: "enclave", expected, found: words(state) };
    const findings = ofObstacles(common, enclaveObstacles(state));
    return state.fault === undefined ? [...findings, ...(await evidenceFindings(context))] : findings;
  },
};
