import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { decodeExtrinsic, signingPayload } from "@pdiem/light-client/polkadot/extrinsics/extrinsic";
import { describe, expect, it } from "vitest";
import { settleGenesis } from "../settlement/genesis.js";
import { settlementContent, signSettlement } from "./signing.js";
import { ENCLAVE_SEED, exampleConfig, filled, ISSUER } from "../testing/config.js";
import { createWorld, START } from "../testing/world.js";

const { profile } = exampleConfig.parachain;
const world = createWorld();
world.setTime(START);
world.parachain.setAccount(ISSUER, { nonce: 0 });
const settlement = settleGenesis({ config: exampleConfig, issuer: ISSUER, profile }, world.facts());
const block = { number: 70, hash: filled(32, 1) };

describe("a signed settlement", () => {
  it("is one batch of the issuer's for the proven nonce, mortal from the proven block on", () => {
    const { extrinsic, hash } = signSettlement(ENCLAVE_SEED, exampleConfig, profile, block, settlement);
    const read = decodeExtrinsic(profile, extrinsic);
    expect(read).toMatchObject({ signer: ISSUER, nonce: 0, era: { period: 64, phase: 6 } });
    expect(read.call).toEqual({ type: "batchAll", calls: settlement.calls });
    expect(hash).toEqual(blake2b256(extrinsic));
    const payload = signingPayload(profile, settlementContent(exampleConfig, block, settlement));
    expect(verifyStrict(ISSUER, payload, read.signature)).toBe(true);
  });

  it("is the same for the same input, and another for another block, runtime or chain", () => {
    const sign = (config = exampleConfig, at = block, specVersion = settlement.specVersion) =>
      signSettlement(ENCLAVE_SEED, config, profile, at, { ...settlement, specVersion }).extrinsic;
    expect(sign()).toEqual(sign());
    const otherChain = { ...exampleConfig, parachain: { ...exampleConfig.parachain, genesisHash: filled(32, 6) } };
    expect(sign(exampleConfig, { ...block, hash: filled(32, 2) })).not.toEqual(sign());
    expect(sign(exampleConfig, { ...block, number: 71 })).not.toEqual(sign());
    expect(sign(exampleConfig, block, 901)).not.toEqual(sign());
    expect(sign(otherChain)).not.toEqual(sign());
  });
});
