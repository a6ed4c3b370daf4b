import { expect, it } from "vitest";
import { readAccount, writeAccount } from "./ss58.js";

const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const ALICE_HEX = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

it("reads SS58 and hex alike", () => {
  expect(readAccount(ALICE)).toEqual(readAccount(`0x${ALICE_HEX}`));
  expect(readAccount(ALICE)).toHaveLength(32);
});

it("writes with the network's own prefix", () => {
  const account = readAccount(ALICE_HEX) ?? new Uint8Array();
  expect(writeAccount(account, 42)).toBe(ALICE);
  expect(writeAccount(account, 0)).toBe("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5");
});

it("takes no address with a wrong checksum, nor anything else", () => {
  for (const text of [ALICE.replace("5G", "5H"), "", "0x12", `${ALICE}x`, "a".repeat(500)])
    expect([text, readAccount(text)]).toEqual([text, undefined]);
});
