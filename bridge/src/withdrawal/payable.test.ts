import { toHex } from "@pdiem/light-client/bytes";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import { readDualAttestationLimit } from "@pdiem/light-client/diem/state/resources/dual-attestation";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { exampleConfig, filled } from "../testing/config.js";
import {
  type AccountTraits,
  CUSTODY,
  createDiemWorld,
  DUAL_ATTESTATION_LIMIT,
  rootState,
} from "../testing/diem-world.js";
import { DIEM_ROOT, whyUnpayable } from "./payable.js";

const PAYEE = filled(16, 1);
const PARENT = filled(16, 2);
const ROOT = rootState(DUAL_ATTESTATION_LIMIT);
const withoutLimit: AccountState = ROOT.filter((entry) => readDualAttestationLimit([entry]) === undefined);

const why = (custody: AccountTraits, payee: AccountTraits | undefined, amount = 1n, limit = DUAL_ATTESTATION_LIMIT) => {
  const world = createDiemWorld();
  world.custody = custody;
  world.setAccount(PAYEE, payee);
  world.others.set(toHex(DIEM_ROOT), rootState(limit));
  return whyUnpayable(exampleConfig, world.custodyState(), world.facts(), { currency: "XUS", amount, payee: PAYEE });
};

describe("PROTOCOL 3: whether custody can pay", () => {
  it("is so for any account that holds the currency", () => {
    expect(why({}, {})).toBeUndefined();
    expect(why({ vasp: "parent" }, {}, DUAL_ATTESTATION_LIMIT)).toBeUndefined();
    expect(why({}, { vasp: "parent" }, DUAL_ATTESTATION_LIMIT)).toBeUndefined();
  });

  it.each<[string, AccountTraits, AccountTraits | undefined]>([
    ["absent", {}, undefined],
    ["currency", {}, { balances: { XDX: 1n } }],
    ["frozen", {}, { frozen: true }],
    ["family", { vasp: "parent" }, { vasp: { childOf: CUSTODY } }],
    ["family", { vasp: { childOf: PAYEE } }, { vasp: "parent" }],
    ["family", { vasp: { childOf: PARENT } }, { vasp: { childOf: PARENT } }],
    ["family", { vasp: "parent" }, { vasp: { childOf: CUSTODY }, frozen: true, balances: {} }],
  ])("isn't: %s (%#)", (reason, custody, payee) => {
    expect(why(custody, payee)).toBe(reason);
  });

  it("isn't from the dual-attestation limit on between different VASPs", () => {
    const [ours, theirs]: AccountTraits[] = [{ vasp: "parent" }, { vasp: { childOf: PARENT } }];
    expect(why(ours ?? {}, theirs, DUAL_ATTESTATION_LIMIT - 1n)).toBeUndefined();
    expect(why(ours ?? {}, theirs, DUAL_ATTESTATION_LIMIT)).toBe("dual-attestation");
    expect(why(ours ?? {}, theirs, 10n, 10n)).toBe("dual-attestation");
    expect(why(ours ?? {}, theirs, 10n, 11n)).toBeUndefined();
  });

  it("isn't to custody itself", () => {
    const world = createDiemWorld();
    const payment = { currency: "XUS", amount: 1n, payee: CUSTODY };
    expect(whyUnpayable(exampleConfig, world.custodyState(), world.facts(), payment)).toBe("family");
  });

  it("isn't to a frozen payee of an amount that needs attestation for the freeze: less wouldn't help", () => {
    const amount = DUAL_ATTESTATION_LIMIT;
    expect(why({ vasp: "parent" }, { vasp: "parent", frozen: true }, amount)).toBe("frozen");
    expect(why({ vasp: "parent" }, { vasp: "parent" }, amount)).toBe("dual-attestation");
  });

  it.each([
    ["limit", withoutLimit],
    ["currency", rootState(DUAL_ATTESTATION_LIMIT, ["XDX"])],
  ])("can't be told without the network's %s", (_, root) => {
    const world = createDiemWorld();
    world.custody = { vasp: "parent" };
    world.setAccount(PAYEE, { vasp: "parent" });
    world.others.set(toHex(DIEM_ROOT), root);
    const payment = { currency: "XUS", amount: 1n, payee: PAYEE };
    expect(outcome(() => whyUnpayable(exampleConfig, world.custodyState(), world.facts(), payment))).toBe(
      "refused/diem-root",
    );
  });
});
