import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { paymentPayload } from "@pdiem/light-client/diem/transactions/payment-payload";
import { scriptHash } from "@pdiem/light-client/diem/transactions/script";
import { coreStruct, currencyType, structType } from "@pdiem/light-client/diem/transactions/type-tag";
import { describe, expect, test } from "vitest";
import {
  addCurrencyToAccountCall,
  childOf,
  createChildVaspAccountCall,
  rotateAuthenticationKeyCall,
  rotateDualAttestationInfoCall,
} from "./account-calls.js";
import {
  type FrameworkCall,
  legacyScriptPayload,
  payloadFor,
  readFrameworkCall,
  scriptFunctionPayload,
} from "./framework-call.js";
import { LEGACY_SCRIPTS, legacyScriptName } from "./legacy-scripts.js";
import {
  type PeerToPeer,
  peerToPeer,
  peerToPeerBySignersCall,
  peerToPeerCall,
  readPeerToPeer,
} from "./peer-to-peer.js";
import { transactionPayload } from "./transaction-payload.js";

const payment: PeerToPeer = {
  currency: "XUS",
  payee: fromHex("22222222222222222222222222222222"),
  amount: 1_234_567n,
  metadata: Uint8Array.of(1, 2),
  metadataSignature: new Uint8Array(0),
};
const key = new Uint8Array(32).fill(5);
const child = createChildVaspAccountCall({
  currency: "XUS",
  ...childOf(key),
  addAllCurrencies: true,
  childInitialBalance: 10n,
});
const withScripts: readonly FrameworkCall[] = [
  peerToPeerCall(payment),
  child,
  rotateAuthenticationKeyCall(key),
  addCurrencyToAccountCall("XDX"),
  rotateDualAttestationInfoCall(Uint8Array.of(104), key),
];

describe("a framework call", () => {
  test("is recognized in both forms of payload", () => {
    for (const call of withScripts) {
      expect(readFrameworkCall(scriptFunctionPayload(call))).toEqual(call);
      expect(readFrameworkCall(legacyScriptPayload(call))).toEqual(call);
    }
  });

  test("takes the form that the chain's version allows", () => {
    const call = peerToPeerCall(payment);
    expect([1n, 2n, 3n].map((version) => payloadFor(version, call).type)).toEqual([
      "script",
      "scriptFunction",
      "scriptFunction",
    ]);
  });

  test("encodes each argument of a script function by itself", () => {
    const bytes = toHex(encode(transactionPayload, peerToPeer(payment)));
    expect(bytes.endsWith(`04${"10"}${"22".repeat(16)}0887d6120000000000030201020100`)).toBe(true);
  });

  test("without a legacy script has no such form", () => {
    expect(() => legacyScriptPayload(peerToPeerBySignersCall("XUS", 1n, key))).toThrow(RangeError);
  });

  test("with the wrong arguments, or of an unknown function, can't be made", () => {
    const call = peerToPeerCall(payment);
    for (const wrong of [
      { ...call, args: call.args.slice(1) },
      { ...call, args: [...call.args].reverse() },
      { ...call, tyArgs: [] },
      { ...call, function: "mint" },
    ])
      expect(() => scriptFunctionPayload(wrong)).toThrow(RangeError);
  });
});

describe("legacy bytecode", () => {
  test("has the hashes that chains allow", () => {
    const hashes = [...LEGACY_SCRIPTS].map(([name, code]) => [name, code.length, toHex(scriptHash(code)).slice(0, 8)]);
    expect(hashes).toEqual([
      ["peer_to_peer_with_metadata", 224, "04ea4310"],
      ["create_child_vasp_account", 303, "bf800f1d"],
      ["rotate_authentication_key", 228, "fc493c17"],
      ["add_currency_to_account", 95, "2589feee"],
      ["rotate_dual_attestation_info", 143, "b4e23670"],
    ]);
  });

  test("is known by its hash, not by resembling", () => {
    for (const [name, code] of LEGACY_SCRIPTS) {
      expect(legacyScriptName(code)).toBe(name);
      expect(legacyScriptName(code.with(9, code[9] === 0 ? 1 : 0))).toBeUndefined();
    }
  });
});

describe("a payment", () => {
  test("is written in the form that the chain's version allows, as any call is", () => {
    for (const version of [1n, 2n, 3n])
      expect(paymentPayload(version, payment)).toEqual(payloadFor(version, peerToPeerCall(payment)));
  });

  test("is read from either form", () => {
    expect(readPeerToPeer(peerToPeer(payment))).toEqual(payment);
    expect(readPeerToPeer(legacyScriptPayload(peerToPeerCall(payment)))).toEqual(payment);
  });

  test("isn't read from calls that only look like one", () => {
    const payload = peerToPeer(payment);
    if (payload.type !== "scriptFunction") throw new RangeError("expected a script function");
    const call = payload.value;
    const as = (changes: Partial<typeof call>) => ({ ...payload, value: { ...call, ...changes } });
    for (const other of [
      as({ module: { ...call.module, address: payment.payee } }),
      as({ module: { ...call.module, name: "AccountCreationScripts" } }),
      as({ function: "peer_to_peer" }),
      as({ tyArgs: [structType(coreStruct("XUS", "Coin"))] }),
      as({ tyArgs: [currencyType("XUS"), currencyType("XUS")] }),
      as({ tyArgs: [] }),
      as({ args: call.args.slice(0, 3) }),
      as({ args: [...call.args].reverse() }),
      as({ args: call.args.map((arg) => Uint8Array.from([...arg, 0])) }),
      { type: "module" as const, value: { code: key } },
    ])
      expect(readPeerToPeer(other)).toBeUndefined();
    expect(readPeerToPeer(scriptFunctionPayload(child))).toBeUndefined();
  });
});
