import { equal } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { exampleAttestation, genuineConfig, SGX, SNP, TDX } from "../testing/attestation.js";
import { exampleConfig, filled } from "../testing/config.js";
import type { AttestationPolicy, DcapPolicy, SnpPolicy } from "./attestation-policy.js";
import { type BridgeConfig, bridgeConfig, bridgeId } from "./bridge-config.js";
import { checkConfig } from "./config-check.js";
import type { Measurement } from "./measurement.js";

const [simulated] = exampleConfig.measurements;
const { dcap, sevSnp } = exampleAttestation;
const asking = (attestation: Partial<AttestationPolicy>, measurements = genuineConfig.measurements): BridgeConfig => ({
  ...genuineConfig,
  measurements,
  attestation: { ...exampleAttestation, ...attestation },
});
const ofDcap = (change: Partial<DcapPolicy>): BridgeConfig =>
  asking({ dcap: dcap === undefined ? undefined : { ...dcap, ...change } });
const ofSnp = (change: Partial<SnpPolicy>): BridgeConfig =>
  asking({ sevSnp: sevSnp === undefined ? undefined : { ...sevSnp, ...change } });
const NO_FAMILIES = { milan: undefined, genoa: undefined, turin: undefined };
const tdxWithout = (register: number): Measurement => ({
  tee: "tdx",
  value: TDX.value.map((byte, i) => (Math.floor(i / 48) === register ? 0 : byte)),
});

describe("what a configuration asks of genuine TEEs", () => {
  it("is the same after a round through BCS", () => {
    for (const config of [
      genuineConfig,
      ofDcap({ platforms: "any", advisories: "any" }),
      asking({ dcap: undefined }),
    ]) {
      const encoded = encode(bridgeConfig, config);
      expect(encode(bridgeConfig, decode(bridgeConfig, encoded))).toEqual(encoded);
    }
  });

  it("is part of the bridge's id, each value of each field", () => {
    const ids = [
      genuineConfig,
      ofDcap({ platforms: "any" }),
      ofDcap({ maximumAge: 1n }),
      ofDcap({ maximumRootCrlAge: 1n }),
      ofDcap({ statuses: ["UpToDate"] }),
      ofDcap({ advisories: "any" }),
      ofDcap({ advisories: [] }),
      ofDcap({ minimumEvaluationNumber: 18 }),
      ofSnp({ platforms: [filled(64, 1)] }),
      ofSnp({ maximumAge: 1n }),
      ofSnp({ maximumRootCrlAge: 1n }),
      ofSnp({ minimumTcb: NO_FAMILIES }),
      asking({ dcap: undefined }),
      asking({ sevSnp: undefined }),
    ].map(bridgeId);
    for (const [i, a] of ids.entries()) for (const b of ids.slice(i + 1)) expect(equal(a, b)).toBe(false);
  });

  it("is accepted where it admits some machine of every TEE that may hold the key", () => {
    checkConfig(genuineConfig);
    checkConfig(asking({ sevSnp: undefined }, [SGX, TDX]));
    checkConfig(asking({ dcap: undefined }, [SNP]));
    checkConfig({ ...genuineConfig, measurements: [tdxWithout(4)] });
  });

  it.each<[string, BridgeConfig]>([
    ["refused/config-attestation", asking({ dcap: undefined })],
    ["refused/config-attestation", asking({ dcap: undefined }, [TDX])],
    ["refused/config-attestation", asking({ sevSnp: undefined })],
    ["refused/config-attestation", ofDcap({ platforms: [] })],
    ["refused/config-attestation", ofDcap({ maximumAge: 0n })],
    ["refused/config-attestation", ofDcap({ maximumRootCrlAge: 0n })],
    ["refused/config-attestation", ofDcap({ statuses: [] })],
    ["refused/config-attestation", ofDcap({ statuses: ["UpToDate", "Revoked"] })],
    ["refused/config-attestation", ofDcap({ statuses: ["Fine"] })],
    ["refused/config-attestation", ofSnp({ platforms: [] })],
    ["refused/config-attestation", ofSnp({ maximumAge: 0n })],
    ["refused/config-attestation", ofSnp({ maximumRootCrlAge: 0n })],
    ["refused/config-attestation", ofSnp({ minimumTcb: NO_FAMILIES })],
    [
      "refused/config-attestation",
      ofSnp({
        minimumTcb: { ...NO_FAMILIES, genoa: { bootloader: 9, tee: 0, snp: 23, microcode: 72, fmc: 1 } },
      }),
    ],
    ["refused/mixed-measurements", { ...genuineConfig, measurements: simulated ? [SGX, simulated] : [] }],
    ["refused/mixed-measurements", { ...genuineConfig, measurements: simulated ? [simulated, SGX] : [] }],
    ["refused/config-measurements", asking({}, [{ ...SGX, value: filled(31, 1) }])],
    ["refused/config-measurements", asking({}, [{ ...SGX, value: filled(33, 1) }])],
    ["refused/config-measurements", asking({}, [{ ...SNP, value: filled(32, 1) }])],
    ["refused/config-measurements", asking({}, [{ ...TDX, value: filled(192, 1) }])],
    ["refused/config-measurements", asking({}, [{ tee: "nitro", value: filled(48, 1) }])],
    ...[0, 1, 2, 3].map((register): [string, BridgeConfig] => [
      "refused/config-measurements",
      asking({}, [tdxWithout(register)]),
    ]),
  ])("is refused otherwise: %s (%#)", (code, config) => {
    expect(outcome(() => checkConfig(config))).toBe(code);
  });
});
