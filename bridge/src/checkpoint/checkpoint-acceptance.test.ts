import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { signLedgerInfo } from "@pdiem/light-client/diem/testing/validators";
import { describe, expect, it } from "vitest";
import { NO_RECENT_SETS, remember } from "../facts/recent-sets.js";
import { checkpointIn, headsIn, passedSets, vouchFor } from "../testing/checkpoints.js";
import { exampleConfig, filled } from "../testing/config.js";
import { decided, GUARDIAN_SEEDS, PAUSE, sign, UNGOVERNED } from "../testing/guardians.js";
import { refusal } from "../testing/refusal.js";
import type { TrustedSets } from "../facts/trusted-sets.js";
import { checkVouched, newerCheckpoint } from "./checkpoint-acceptance.js";
import type { Action, Decision } from "../governance/decision.js";
import type { SignedCheckpoint } from "./signed-checkpoint.js";
import type { Succession } from "./succession.js";

const NOW = exampleConfig.rootsTime + 5n * 24n * 3_600_000n;
const sets: TrustedSets = {
  heads: headsIn(5n, 8n),
  recentSets: remember(NO_RECENT_SETS, passedSets([[4n, NOW]], [7n]), { diem: NOW, parachain: NOW }),
};
const [one, two] = GUARDIAN_SEEDS;
if (one === undefined || two === undefined) throw new Error("expected two guardians");
const LATER_SEEDS = [filled(32, 17), filled(32, 18), filled(32, 19)];
const LAST_SEEDS = [filled(32, 27)];

const guardiansOf = (seeds: readonly Uint8Array[], threshold: number): Action => ({
  type: "guardians",
  value: { keys: seeds.map(publicKeyOf), threshold, freezer: filled(32, 0x0f) },
});
const decision = (number: bigint, action: Action): Decision => {
  const [made] = decided(UNGOVERNED, action);
  if (made === undefined) throw new Error("expected a decision");
  return { ...made, number };
};
const toLater = sign(decision(2n, guardiansOf(LATER_SEEDS, 2)));
const toLast = sign(decision(6n, guardiansOf(LAST_SEEDS, 1)), LATER_SEEDS.slice(1));
const LEDGER_INFO = signLedgerInfo(ledgerInfoAt(7, hashOfText("root")), []);
const checkpoint = checkpointIn(5n, 8n, NOW);
const vouched = (signed: SignedCheckpoint, trusted = sets) =>
  refusal(() => checkVouched(exampleConfig, trusted, signed));

describe("a checkpoint that an enclave is shown", () => {
  it("counts by the configuration's guardians, or by those who followed them", () => {
    expect(vouched(vouchFor(checkpoint))).toBeUndefined();
    expect(vouched(vouchFor(checkpoint, LATER_SEEDS.slice(0, 2), [toLater]))).toBeUndefined();
    expect(vouched(vouchFor(checkpoint, LAST_SEEDS, [toLater, toLast]))).toBeUndefined();
  });

  it.each<[string, SignedCheckpoint, string]>([
    ["by too few", vouchFor(checkpoint, [one]), "proof/guardian-threshold"],
    ["by nobody", vouchFor(checkpoint, []), "proof/guardian-threshold"],
    ["by one guardian twice", vouchFor(checkpoint, [one, one]), "proof/guardian-twice"],
    ["by a stranger", vouchFor(checkpoint, [one, filled(32, 99)]), "proof/unknown-guardian"],
    ["of another bridge", vouchFor(checkpoint, GUARDIAN_SEEDS, [], filled(32, 1)), "proof/guardian-signature"],
    [
      "with signatures of another one",
      { ...vouchFor(checkpoint), checkpoint: checkpointIn(5n, 8n, NOW + 1n) },
      "proof/guardian-signature",
    ],
    ["by later guardians without a succession", vouchFor(checkpoint, LATER_SEEDS), "proof/unknown-guardian"],
    ["by former guardians with one", vouchFor(checkpoint, GUARDIAN_SEEDS, [toLater]), "proof/unknown-guardian"],
    [
      "with a succession that lacks its beginning",
      vouchFor(checkpoint, LAST_SEEDS, [toLast]),
      "proof/unknown-guardian",
    ],
    ["in another order", vouchFor(checkpoint, LAST_SEEDS, [toLast, toLater]), "proof/unknown-guardian"],
    ["with a step repeated", vouchFor(checkpoint, LATER_SEEDS, [toLater, toLater]), "proof/succession"],
    [
      "with a step that too few signed",
      vouchFor(checkpoint, LATER_SEEDS, [sign(toLater.decision, [one])]),
      "proof/guardian-threshold",
    ],
    [
      "with a step of another bridge",
      vouchFor(checkpoint, LATER_SEEDS, [sign(toLater.decision, GUARDIAN_SEEDS, filled(32, 1))]),
      "proof/guardian-signature",
    ],
    [
      "with a decision about something else",
      vouchFor(checkpoint, GUARDIAN_SEEDS, [sign(decision(0n, PAUSE))]),
      "proof/succession",
    ],
    [
      "with evidence for a signature",
      vouchFor(checkpoint, LATER_SEEDS, [
        {
          decision: toLater.decision,
          warrant: {
            type: "evidence",
            value: { type: "diem", value: { first: LEDGER_INFO, second: LEDGER_INFO } },
          },
        },
      ]),
      "proof/succession",
    ],
    [
      "with guardians who need nobody to sign",
      vouchFor(checkpoint, [], [sign(decision(2n, guardiansOf(LATER_SEEDS, 0)))]),
      "refused/config-threshold",
    ],
    ["of an epoch unknown", vouchFor(checkpointIn(6n, 8n, NOW)), "refused/checkpoint-sets"],
    ["of a set unknown", vouchFor(checkpointIn(5n, 9n, NOW)), "refused/checkpoint-sets"],
    ["of a time to come", vouchFor(checkpointIn(5n, 8n, NOW + exampleConfig.maxSkew + 1n)), "refused/checkpoint-early"],
  ])("doesn't count %s", (_, signed, code) => {
    expect(vouched(signed)).toBe(code);
  });

  it("replaces the one before if it is newer", () => {
    const kept = vouchFor(checkpoint);
    const newer = vouchFor(checkpointIn(5n, 8n, NOW + 1n));
    const again = vouchFor(checkpointIn(4n, 7n, NOW));
    expect(newerCheckpoint(exampleConfig, undefined, kept)).toBe(kept);
    expect(newerCheckpoint(exampleConfig, kept, newer)).toBe(newer);
    expect(newerCheckpoint(exampleConfig, kept, again)).toBe(kept);
    expect(refusal(() => newerCheckpoint(exampleConfig, newer, kept))).toBe("refused/checkpoint-older");
    const beforeRoots = vouchFor(checkpointIn(5n, 8n, exampleConfig.rootsTime - 1n));
    expect(refusal(() => newerCheckpoint(exampleConfig, undefined, beforeRoots))).toBe("refused/checkpoint-older");
  });

  it("is refused by guardians whose successors have signed since", () => {
    const byLater = vouchFor(checkpoint, LATER_SEEDS, [toLater]);
    const byLast = vouchFor(checkpoint, LAST_SEEDS, [toLater, toLast]);
    const next = checkpointIn(5n, 8n, NOW + 1n);
    const code = (kept: SignedCheckpoint, succession: Succession) =>
      refusal(() => newerCheckpoint(exampleConfig, kept, vouchFor(next, [], succession)));
    expect(code(byLater, [])).toBe("refused/former-guardians");
    expect(code(byLast, [])).toBe("refused/former-guardians");
    expect(code(byLast, [sign(toLater.decision, [two, one])])).toBe("refused/former-guardians");
    expect(code(byLater, [toLater])).toBeUndefined();
    expect(code(byLater, [toLater, toLast])).toBeUndefined();
    // Which of two different successors came into force isn't known here: what none of both can do is shut out the other.
    expect(code(byLater, [sign(decision(3n, guardiansOf(LAST_SEEDS, 1)))])).toBeUndefined();
  });
});
