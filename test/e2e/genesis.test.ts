import { randomBytes } from "node:crypto";
import { handOverCustody } from "@pdiem/devnet/local-bridge/custody";
import { fundIssuer, handOverAssets } from "@pdiem/devnet/local-bridge/wrapped-assets";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askGenesis, include, whyVoid } from "./support/batches.js";
import { type Devnet, MIN_BALANCE, startDevnet } from "./support/devnet.js";
import { proveFinalState } from "./support/final-state.js";
import { createRecoverableAccount } from "./support/recoverable-account.js";
import { createBridge, type TestBridge } from "./support/test-bridge.js";

let devnet: Devnet;
beforeAll(async () => {
  devnet = await startDevnet();
});
afterAll(() => devnet.close());

const expectRefusal = (bridge: TestBridge, code: string): Promise<void> =>
  expect(askGenesis(bridge)).rejects.toMatchObject({ name: "EnclaveError", code });

describe("genesis, as an operator gets there", () => {
  let bridge: TestBridge;
  beforeAll(async () => {
    bridge = await createBridge(devnet);
  });

  it("is refused while custody has another key", () => expectRefusal(bridge, "refused/custody-key"));

  it("is refused while the issuer has nothing, or less than reserve and first batch take", async () => {
    await handOverCustody(bridge.custody, bridge.issuer);
    await expectRefusal(bridge, "refused/issuer-absent");
    const { reserve, genesisCost } = bridge.config;
    await devnet.operator.fundAccount(bridge.issuer, reserve + genesisCost - 1n);
    await expectRefusal(bridge, "refused/genesis-balance");
    await fundIssuer(devnet.operator, bridge.issuer);
  });

  it("is refused while an asset is frozen", async () => {
    await devnet.operator.freezeAsset(bridge.assets[1]);
    await handOverAssets(devnet.operator, [{ assetId: bridge.assets[0] }], bridge.issuer);
    await expectRefusal(bridge, "refused/asset-frozen");
    await devnet.operator.thawAsset(bridge.assets[1]);
  });

  it("is refused while there is any supply", async () => {
    await devnet.operator.mint(bridge.assets[1], devnet.operator.account, MIN_BALANCE);
    await expectRefusal(bridge, "refused/genesis-supply");
    await devnet.operator.burn(bridge.assets[1], devnet.operator.account, MIN_BALANCE);
  });

  it("is refused while an asset has another Owner", async () => {
    await expectRefusal(bridge, "refused/genesis-owner");
    await handOverAssets(devnet.operator, [{ assetId: bridge.assets[1] }], bridge.issuer);
  });

  it("is signed once all is the enclave's, and executes once", async () => {
    const signed = await askGenesis(bridge);
    await include(devnet, signed);
    const state = await proveFinalState(bridge, { anchors: [signed.anchor] });
    expect(state.isInForce(signed.anchor)).toBe(true);
    expect(state.issuerNonce).toBe(1);
    expect(bridge.assets.map(state.supply)).toEqual([0n, 0n]);
    expect(await whyVoid(devnet, signed)).toMatchObject({ code: 1010, data: "Transaction is outdated" });
    await expectRefusal(bridge, "refused/genesis-nonce");
  });
});

describe("genesis for a custody account that others can take", () => {
  it("is refused though the key is the enclave's, as the capability to rotate it is delegated", async () => {
    const { account, rotate } = await createRecoverableAccount(devnet);
    const bridge = await createBridge(devnet, { custody: account });
    await rotate(bridge.issuer);
    await fundIssuer(devnet.operator, bridge.issuer);
    await handOverAssets(devnet.operator, bridge.config.currencies, bridge.issuer);
    await expectRefusal(bridge, "refused/custody-rotation-capability");
    await rotate(publicKeyOf(randomBytes(32)));
    await expectRefusal(bridge, "refused/custody-key");
  });
});
