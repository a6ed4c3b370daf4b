/** The evidence of the enclave that holds the key, judged by what is in force. */
import { bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { governanceInForce } from "@pdiem/bridge/governance/in-force";
import { routes } from "@pdiem/enclave/routes";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { type PdiemError, ProofError } from "@pdiem/light-client/error";
import { parseCollateral } from "../collateral/collateral-json.js";
import { checkThat } from "../examine/check.js";
import { checkEvidence } from "../examine/evidence-checks.js";
import { checkHolders } from "../examine/holders-checks.js";
import { shownEnclaveOf } from "../examine/shown-enclave.js";
import { type GroupedCheck, grouped, type ProvenBridge } from "./bridge-checks.js";
import type { ShownEvidence } from "./proof-set.js";

const collateralIn = ({ collateral }: ShownEvidence): Collateral | PdiemError =>
  collateral === undefined
    ? new ProofError("proof/not-shown", "the relayer couldn't fetch what the vendor signs of its machines")
    : parseCollateral(collateral);

/** What is judged by: the bridge, as it is proven. */
type Bridge = Pick<ProvenBridge, "config" | "issuer" | "ledger" | "governance">;

const judge = ({ config, issuer, ledger, governance }: Bridge, evidence: ShownEvidence, now: number) => {
  const shown = shownEnclaveOf(decode(routes.activate.response, fromHex(evidence.answer)));
  const { checks, verified } = checkEvidence(shown, {
    config,
    bridgeId: bridgeIdOf(config),
    challenge: fromHex(evidence.challenge, 32),
    measurements: governanceInForce(config, ledger, governance).measurements,
    collateral: collateralIn(evidence),
    now,
  });
  const key = checkThat(
    "Key",
    equal(shown.custodyKey, issuer),
    `0x${toHex(issuer)}, custody's and the issuer's`,
    `0x${toHex(shown.custodyKey)}`,
  );
  return { share: shown.share, verified, checks: [...checks, key] };
};

/**
 * Judges what the enclave has answered to a challenge. Where the configuration names holders, it
 * is each of them, and all together: those that show nothing are missing.
 * @param now when they answered, ms since 1970
 * @throws DecodeError where an answer isn't one
 */
export const checkEnclaves = (
  bridge: Bridge,
  evidences: readonly ShownEvidence[],
  now: number,
): readonly GroupedCheck[] => {
  const judged = evidences.map((evidence) => judge(bridge, evidence, now));
  const { config, issuer } = bridge;
  const checks = judged.flatMap(({ share, checks: own }) =>
    config.holders === undefined
      ? own
      : own.map((one) => ({ ...one, name: `Slot ${share?.slot ?? "none"}, ${one.name}` })),
  );
  return grouped("enclave", [...checks, ...checkHolders(config, issuer, judged)]);
};
