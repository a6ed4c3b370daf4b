import { concat } from "@pdiem/light-client/bytes";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { exampleConfig, filled, ISSUER, XDX, XUS } from "../testing/config.js";
import { createParachainWorld, type ParachainWorld } from "../testing/parachain-world.js";
import { createReceivers } from "./receivable.js";

const WHO = filled(32, 1);
const { maxConsumers } = exampleConfig.parachain;

const receiversIn = (setUp: (world: ParachainWorld) => void) => {
  const world = createParachainWorld();
  setUp(world);
  return createReceivers(exampleConfig, world.facts(), ISSUER);
};

const canReceive = (amount: bigint, setUp: (world: ParachainWorld) => void, who = WHO): boolean =>
  receiversIn(setUp).canReceive(XUS.assetId, who, amount);

describe("PROTOCOL 3: whether an account can receive", () => {
  it("follows pallet-assets for an account that has an entry: anything, unless blocked", () => {
    expect(canReceive(1n, (world) => world.setAssetAccount(XUS.assetId, WHO, {}))).toBe(true);
    expect(canReceive(1n, (world) => world.setAssetAccount(XUS.assetId, WHO, { status: "frozen" }))).toBe(true);
    expect(canReceive(1_000n, (world) => world.setAssetAccount(XUS.assetId, WHO, { status: "blocked" }))).toBe(false);
  });

  it("demands the minimum balance for a new entry", () => {
    expect(canReceive(10n, (world) => world.setAccount(WHO, {}))).toBe(true);
    expect(canReceive(9n, (world) => world.setAccount(WHO, {}))).toBe(false);
  });

  it("demands nothing more where the asset is sufficient", () => {
    expect(canReceive(10n, (world) => world.setAsset(XUS.assetId, { isSufficient: true }))).toBe(true);
    expect(canReceive(9n, (world) => world.setAsset(XUS.assetId, { isSufficient: true }))).toBe(false);
  });

  it("demands a provider and a free consumer slot where it isn't", () => {
    expect(canReceive(10n, () => undefined)).toBe(false);
    expect(canReceive(10n, (world) => world.setAccount(WHO, { providers: 0, sufficients: 1 }))).toBe(false);
    expect(canReceive(10n, (world) => world.setAccount(WHO, { consumers: maxConsumers }))).toBe(true);
    expect(canReceive(10n, (world) => world.setAccount(WHO, { consumers: maxConsumers + 1 }))).toBe(false);
  });

  it("is false for those from whom nobody could spend, or the bridge alone, however custody is written", () => {
    const { custody } = exampleConfig.diem;
    const padded = [concat(custody, filled(16, 0)), concat(filled(16, 0), custody)];
    for (const who of [filled(32, 0), ISSUER, ed25519AuthenticationKey(ISSUER), ...padded])
      expect(canReceive(1_000n, (world) => world.setAssetAccount(XUS.assetId, who, {}), who)).toBe(false);
  });

  it("counts the slots that the batch itself takes, once an entry", () => {
    const receivers = receiversIn((world) => world.setAccount(WHO, { consumers: maxConsumers }));
    receivers.receive(XUS.assetId, WHO);
    expect(receivers.canReceive(XUS.assetId, WHO, 1n)).toBe(true);
    expect(receivers.canReceive(XDX.assetId, WHO, 10n)).toBe(false);
    const roomier = receiversIn((world) => world.setAccount(WHO, { consumers: maxConsumers - 1 }));
    roomier.receive(XUS.assetId, WHO);
    roomier.receive(XUS.assetId, WHO);
    expect(roomier.canReceive(XDX.assetId, WHO, 10n)).toBe(true);
  });

  it("takes no slot for an entry that is there already, or of a sufficient asset", () => {
    const present = receiversIn((world) => {
      world.setAccount(WHO, { consumers: maxConsumers });
      world.setAssetAccount(XUS.assetId, WHO, {});
    });
    present.receive(XUS.assetId, WHO);
    expect(present.canReceive(XDX.assetId, WHO, 10n)).toBe(true);
    const sufficient = receiversIn((world) => {
      world.setAccount(WHO, { consumers: maxConsumers });
      world.setAsset(XUS.assetId, { isSufficient: true });
    });
    sufficient.receive(XUS.assetId, WHO);
    expect(sufficient.canReceive(XDX.assetId, WHO, 10n)).toBe(true);
  });

  it("is false for an account that the batch burns from, in that asset alone", () => {
    const receivers = receiversIn((world) => {
      for (const { assetId } of [XUS, XDX]) world.setAssetAccount(assetId, WHO, {});
    });
    receivers.burnFrom(XUS.assetId, WHO);
    expect(receivers.canReceive(XUS.assetId, WHO, 1_000n)).toBe(false);
    expect(receivers.canReceive(XDX.assetId, WHO, 1_000n)).toBe(true);
    expect(outcome(() => receivers.burnFrom(XUS.assetId, WHO))).toBe("refused/duplicate");
  });

  it("lets nothing be burned from an account that the batch mints to", () => {
    const receivers = receiversIn((world) => world.setAssetAccount(XUS.assetId, WHO, {}));
    expect(receivers.isReceiving(XUS.assetId, WHO)).toBe(false);
    receivers.receive(XUS.assetId, WHO);
    expect(receivers.isReceiving(XUS.assetId, WHO)).toBe(true);
    expect(receivers.isReceiving(XDX.assetId, WHO)).toBe(false);
    expect(outcome(() => receivers.burnFrom(XUS.assetId, WHO))).toBe("refused/burned-and-minted");
  });

  it("isn't asked of an asset that is frozen or absent", () => {
    const frozen = (world: ParachainWorld) => world.setAsset(XUS.assetId, { status: "frozen" });
    expect(outcome(() => canReceive(10n, frozen))).toBe("refused/asset-frozen");
    expect(outcome(() => receiversIn(frozen).burnFrom(XUS.assetId, WHO))).toBe("refused/asset-frozen");
    expect(outcome(() => receiversIn(() => undefined).canReceive(99, WHO, 10n))).toBe("refused/asset-absent");
  });
});
