import { encode } from "@pdiem/light-client/codec/codec";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { epochStateOf, signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import { expect, it } from "vitest";
import { diemProofs, NO_DIEM_PROOFS } from "./proof-bundle.js";

const EPOCHS = 100;
const VALIDATORS = 256;
const MIB = 1024 * 1024;

it("a request has room for the largest page of a Diem node: 100 epochs, each signed by all of 256 validators", () => {
  const set = validators(VALIDATORS, 900);
  const end = signLedgerInfo(ledgerInfoAt(9, hashOfText("root"), 1n, epochStateOf(2n, set)), set);
  const ledgerInfo = encode(ledgerInfoWithSignatures, end);
  // How many they are, and whether there are more, is a byte each.
  const page = new Uint8Array(EPOCHS * ledgerInfo.length + 2);
  expect(page.length).toBeGreaterThan(3.3 * MIB);
  expect(encode(diemProofs, { ...NO_DIEM_PROOFS, epochChanges: page, ledgerInfo }).length).toBeGreaterThan(page.length);
  const beyond = new Uint8Array(4 * MIB + 1);
  expect(() => encode(diemProofs, { ...NO_DIEM_PROOFS, epochChanges: beyond })).toThrow(RangeError);
});
