import { signedTransaction, verifySignedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { decode } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { extrinsicSigner } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import { assembleExtrinsic, signingPayload } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import type { BridgeConfig } from "../config/bridge-config.js";
import { settleGenesis } from "../settlement/genesis.js";
import { ENCLAVE_SEED, exampleConfig, filled, ISSUER } from "../testing/config.js";
import { signWith } from "../testing/sign.js";
import { createWorld, START } from "../testing/world.js";
import { batchContent, batchToSign, paymentToSign } from "./signing.js";

const config: BridgeConfig = exampleConfig;
const { parachain } = config;

const worldAt = (number: number, specVersion = 900) => {
  const world = createWorld();
  world.setTime(START);
  world.parachain.setAccount(ISSUER, { nonce: 0 });
  world.parachain.number = number;
  world.parachain.specVersion = specVersion;
  return world.facts();
};
const facts = worldAt(70);
const genesis = settleGenesis(config, ISSUER, facts);
const encoding = { transactionVersion: 99, proof: undefined };

describe("PROTOCOL 3: a signed batch", () => {
  it("is one batch_all of the issuer's for the proven nonce, mortal from the proven block on", () => {
    const { extrinsic, hash } = signWith(ENCLAVE_SEED, batchToSign(config, ISSUER, encoding, facts.parachain, genesis));
    const { format, content } = batchContent(config, encoding, facts.parachain, genesis);
    expect(content).toMatchObject({
      call: { type: "batchAll", calls: genesis.calls },
      nonce: 0,
      mortalPeriod: 64,
      birth: { number: 70, hash: facts.parachain.hash },
      genesisHash: parachain.genesisHash,
      specVersion: 900,
    });
    expect(extrinsicSigner(extrinsic)).toEqual(ISSUER);
    expect(hash).toEqual(blake2b256(extrinsic));
    const signature = extrinsic.subarray(extrinsic.indexOf(0x84) + 35).subarray(0, 64);
    expect(verifyStrict(ISSUER, signingPayload(format, content), signature)).toBe(true);
    expect(assembleExtrinsic(format, content, ISSUER, signature)).toEqual(extrinsic);
  });

  it("has the profile's transaction version at the pinned spec version, whatever the relayer says", () => {
    expect(batchContent(config, encoding, facts.parachain, genesis).content.transactionVersion).toBe(6);
  });

  it("is refused at another spec version than the pinned one without a proof of its types", () => {
    const later = worldAt(70, 901);
    const batch = settleGenesis(config, ISSUER, later);
    const sign = (under: BridgeConfig) => () => batchToSign(under, ISSUER, encoding, later.parachain, batch);
    expect(outcome(sign(config))).toBe("refused/metadata-proof");
    expect(outcome(sign({ ...config, parachain: { ...parachain, profile: undefined } }))).toBe(
      "refused/metadata-proof",
    );
  });

  it("takes a proof only of the runtime that is proven to be in force", () => {
    const later = worldAt(70, 901);
    const batch = settleGenesis(config, ISSUER, later);
    const proof = {
      extrinsic: new Uint8Array(),
      specVersion: 902,
      specName: "statemine",
      base58Prefix: 0,
      decimals: 12,
      tokenSymbol: "DOT",
      leaves: [],
      nodes: [],
    };
    const sign = () => batchToSign(config, ISSUER, { ...encoding, proof }, later.parachain, batch);
    expect(outcome(sign)).toBe("proof/metadata-runtime");
  });

  it("is the same for the same input, and another for another block or chain", () => {
    const sign = (under = config, at = facts) =>
      signWith(ENCLAVE_SEED, batchToSign(under, ISSUER, encoding, at.parachain, genesis)).extrinsic;
    expect(sign()).toEqual(sign());
    expect(sign({ ...config, parachain: { ...parachain, genesisHash: filled(32, 6) } })).not.toEqual(sign());
    expect(sign(config, worldAt(71))).not.toEqual(sign());
  });
});

describe("PROTOCOL 4: a signed payment", () => {
  it("is custody's, under the enclave's key", () => {
    const transaction = {
      sender: config.diem.custody,
      sequenceNumber: 7n,
      payload: { type: "script", value: { code: filled(3, 1), tyArgs: [], args: [] } } as const,
      maxGasAmount: 1_000_000n,
      gasUnitPrice: 0n,
      gasCurrencyCode: "XUS",
      expirationTimestampSecs: 99n,
      chainId: config.diem.chainId,
    };
    const signed = signWith(ENCLAVE_SEED, paymentToSign(ISSUER, { transaction }));
    const read = decode(signedTransaction, signed.transaction);
    expect(read.rawTransaction).toEqual(transaction);
    verifySignedTransaction(read);
    expect(signed.hash).toHaveLength(32);
    expect(signWith(ENCLAVE_SEED, paymentToSign(ISSUER, { transaction }))).toEqual(signed);
  });
});
