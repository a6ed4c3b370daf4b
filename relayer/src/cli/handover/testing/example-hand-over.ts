import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { holderReportData, receiverReportData } from "@pdiem/bridge/custody/report-data";
import type { Party } from "@pdiem/bridge/handover/transcript";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import type { HandoverFile } from "../file.js";

const MEASUREMENT = filled(32, 0x51);
const CUSTODY_KEY = filled(32, 2);

/** A bridge whose enclaves are simulated. */
export const simulatedConfig = {
  ...exampleConfig,
  measurements: [{ tee: "simulated", value: MEASUREMENT }],
};

/** Makes a simulated enclave's evidence. @param mark makes its keys and challenges its own */
const party = (reportData: typeof holderReportData, mark: number, measurement = MEASUREMENT): Party => {
  const [handoverKey, challenge] = [filled(32, mark), filled(32, mark + 1)];
  const subject = { bridgeId: bridgeId(simulatedConfig), custodyKey: CUSTODY_KEY, handoverKey, challenge };
  const said = { measurement: toHex(measurement), reportData: `${toHex(reportData(subject))}${"00".repeat(32)}` };
  return { tee: "simulated", handoverKey, challenge, evidence: utf8(JSON.stringify(said)) };
};

export const handOverOf = (giver: Party, receiver: Party): HandoverFile => ({
  bridgeId: bridgeId(simulatedConfig),
  transcript: { custodyKey: CUSTODY_KEY, grant: undefined, giver, receiver },
  publicPackage: undefined,
  collateral: { giver: { kind: "none" }, receiver: { kind: "none" } },
  nonce: undefined,
  released: undefined,
});

export const exampleHandOver: HandoverFile = handOverOf(party(holderReportData, 10), party(receiverReportData, 20));

/** Each side has shown what the other should have. */
export const swappedHandOver: HandoverFile = handOverOf(party(receiverReportData, 10), party(holderReportData, 20));

/** The receiver runs other code. */
export const foreignHandOver: HandoverFile = handOverOf(
  party(holderReportData, 10),
  party(receiverReportData, 20, filled(32, 0x52)),
);
