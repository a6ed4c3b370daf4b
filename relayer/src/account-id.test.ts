import { toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import { parseAccountId } from "./account-id.js";

const ALICE = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

describe("parseAccountId", () => {
  it.each([
    ["generic SS58", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"],
    ["Kusama's SS58", "HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F"],
    ["hex", ALICE],
    ["hex with a prefix", `0x${ALICE}`],
  ])("reads %s", (_, text) => {
    expect(toHex(parseAccountId(text))).toBe(ALICE);
  });

  it.each([
    ["a wrong checksum", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ"],
    ["too few bytes", "0x1234"],
    ["nothing", ""],
    ["a Diem address", "tdm1pzmhcxpnyns7m035ctdqmexxad8ptgazxhllvyscesqdgp"],
  ])("refuses %s", (_, text) => {
    expect(() => parseAccountId(text)).toThrow(expect.objectContaining({ code: "decode/account-id" }));
  });
});
