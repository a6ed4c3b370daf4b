import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { genuineConfig } from "@pdiem/bridge/testing/attestation";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { concat } from "@pdiem/light-client/bytes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEnclave, type Enclave } from "../enclave.js";
import { createSealedStore } from "../sealing/sealed-store.js";
import { sgxQuote, snpReport, tdxQuote } from "../testing/evidence-bytes.js";
import { activation } from "../testing/machine.js";
import { simulatedTee } from "./simulated.js";
import type { Tee, TeeKind } from "./tee.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-check-tee-"));
});
afterEach(() => rm(folder, { recursive: true }));

const EVIDENCE = { sgx: sgxQuote, tdx: tdxQuote, "sev-snp": snpReport, simulated: snpReport };

/** An enclave whose machine says that it is of that kind. */
const enclaveOf = (kind: TeeKind): Enclave => {
  const simulated = simulatedTee(join(folder, "machine"));
  const evidence: Tee["evidence"] = async (reportData) => ({
    bytes: EVIDENCE[kind](concat(reportData, new Uint8Array(32))),
  });
  const tee: Tee = kind === "simulated" ? simulated : { ...simulated, kind, evidence };
  return createEnclave({ tee, store: createSealedStore(tee, join(folder, "sealed")), log: () => undefined });
};
describe("an enclave's TEE", () => {
  it.each<TeeKind>(["sgx", "tdx", "sev-snp"])(
    "of kind %s makes no key for a configuration of simulated ones",
    async (kind) => {
      const enclave = enclaveOf(kind);
      await expect(enclave.handle("activate", activation(exampleConfig))).rejects.toMatchObject({
        code: "refused/tee",
        retry: "never",
      });
      await expect(enclave.open(exampleConfig)).rejects.toMatchObject({ code: "refused/tee" });
      expect(await readdir(folder)).toEqual([]);
      await expect(enclave.handle("activate", activation(genuineConfig))).resolves.toMatchObject({
        attestation: { tee: kind },
      });
      await enclave.close();
    },
  );

  it("that is simulated makes no key for a configuration of genuine ones, and leaves a sealed one alone", async () => {
    const enclave = enclaveOf("simulated");
    await expect(enclave.handle("activate", activation(genuineConfig))).rejects.toMatchObject({
      code: "refused/tee",
    });
    expect(await readdir(folder)).toEqual([]);
    const made = await enclave.handle("activate", activation(exampleConfig));
    await expect(enclave.handle("activate", activation(genuineConfig))).rejects.toMatchObject({
      code: "refused/tee",
    });
    await enclave.close();
    const restarted = enclaveOf("simulated");
    await expect(restarted.open(genuineConfig)).rejects.toMatchObject({ code: "refused/tee" });
    expect(await restarted.handle("activate", activation(exampleConfig))).toMatchObject({
      holder: { custodyKey: made.holder.custodyKey },
    });
    await restarted.close();
  });
});
