import { readAttestationDocument } from "@pdiem/bridge-client/nitro/attestation-document";
import { readCoseSign1 } from "@pdiem/bridge-client/nitro/cose-sign1";
import { toHex } from "@pdiem/light-client/bytes";
import { type ConformanceCase, equality } from "../conformance-case.js";
import { readEvidence } from "./evidence-file.js";
import { type Input, verifyInput } from "./input.js";
import { outcomeCase } from "./outcome.js";
import type { NitroItem } from "./schema.js";

// The document's own field can't be admitted where it is zero, so any value does for those that
// aren't listed.
const ANY_VALUE = "11".repeat(48);

/** The evidence of an item, with the policy that admits it. */
export const nitroInput = (folder: string, item: NitroItem): Input => ({
  evidence: { kind: "nitro", document: readEvidence(folder, item.file) },
  policy: {
    reportData: "any",
    nitro: {
      measurements: [
        Object.fromEntries(["0", "1", "2"].map((index) => [`pcr${index}`, item.pcrs[index] ?? ANY_VALUE])),
      ],
      platforms: "any",
      maximumAge: Number.MAX_SAFE_INTEGER,
    },
  },
  collateral: { kind: "none" },
  now: Date.parse(item.verifyAt),
});

export const nitroCases = (name: string, folder: string, item: NitroItem): readonly ConformanceCase[] => [
  outcomeCase(
    `${name} outcome`,
    item.expected,
    () => verifyInput(nitroInput(folder, item)),
    () => verifyInput(nitroInput(folder, item)),
  ),
  equality(
    `${name} fields`,
    { moduleId: item.moduleId, userData: item.userData ?? "", pcrs: Object.entries(item.pcrs).sort() },
    () => {
      const document = readAttestationDocument(readCoseSign1(readEvidence(folder, item.file)).payload);
      const registers = [...document.pcrs].filter(([, register]) => register.some((byte) => byte !== 0));
      return {
        moduleId: item.moduleId === undefined ? undefined : document.moduleId,
        userData: toHex(document.userData),
        pcrs: registers.map(([index, register]) => [String(index), toHex(register)]).sort(),
      };
    },
  ),
];
