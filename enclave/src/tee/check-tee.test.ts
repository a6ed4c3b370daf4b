import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { genuineConfig } from "@pdiem/bridge/testing/attestation";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEnclave, type Enclave } from "../enclave.js";
import { createSealedStore } from "../sealed-store.js";
import { simulatedTee } from "./simulated.js";
import type { Tee, TeeKind } from "./tee.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-check-tee-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** An enclave whose machine says that it is of that kind. */
const enclaveOf = (kind: TeeKind): Enclave => {
  const tee: Tee = { ...simulatedTee(join(folder, "machine")), kind };
  return createEnclave({ tee, store: createSealedStore(tee, join(folder, "sealed")), log: () => undefined });
};
const activation = (config: typeof exampleConfig) => ({
  config: formatBridgeConfig(config),
  challenge: `0x${"01".repeat(32)}`,
});

describe("an enclave's TEE", () => {
  it.each<TeeKind>(["sgx", "tdx", "sev-snp"])(
    "of kind %s makes no key for a configuration of simulated ones",
    async (kind) => {
      const enclave = enclaveOf(kind);
      await expect(enclave.handle("POST /v1/activate", activation(exampleConfig))).rejects.toMatchObject({
        code: "refused/tee",
        retry: "never",
      });
      await expect(enclave.open(exampleConfig)).rejects.toMatchObject({ code: "refused/tee" });
      expect(await readdir(folder)).toEqual([]);
      await expect(enclave.handle("POST /v1/activate", activation(genuineConfig))).resolves.toMatchObject({
        tee: kind,
      });
      await enclave.close();
    },
  );

  it("that is simulated makes no key for a configuration of genuine ones, and leaves a sealed one alone", async () => {
    const enclave = enclaveOf("simulated");
    await expect(enclave.handle("POST /v1/activate", activation(genuineConfig))).rejects.toMatchObject({
      code: "refused/tee",
    });
    expect(await readdir(folder)).toEqual([]);
    const made = await enclave.handle("POST /v1/activate", activation(exampleConfig));
    await expect(enclave.handle("POST /v1/activate", activation(genuineConfig))).rejects.toMatchObject({
      code: "refused/tee",
    });
    await enclave.close();
    const restarted = enclaveOf("simulated");
    await expect(restarted.open(genuineConfig)).rejects.toMatchObject({ code: "refused/tee" });
    expect(await restarted.handle("POST /v1/activate", activation(exampleConfig))).toHaveProperty(
      "custodyKey",
      "custodyKey" in made ? made.custodyKey : undefined,
    );
    await restarted.close();
  });
});
