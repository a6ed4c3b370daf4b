/** What k − 1 slots under the adversary can say in a ceremony: anything, of what it knows. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { type Part, rollOf } from "@pdiem/bridge/holders/roll";
import { boxTo } from "@pdiem/enclave/ceremony/box";
import { dealShares, draftKey } from "@pdiem/enclave/ceremony/key-generation";
import { type HandoverEnd, makeHandoverEnd } from "@pdiem/enclave/handover/handover-end";
import type { RequestOf } from "@pdiem/enclave/routes";
import { simulatedTee } from "@pdiem/enclave/tee/simulated";
import { concat, fromHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { pick, type Random, weighted } from "../model/choose.js";

export type Member = RequestOf<"ceremonyBoxes">["members"][number];

/** A part of a slot under the adversary, and what it knows of it. */
export interface OwnPart {
  readonly slot: number;
  readonly part: Part;
  readonly end: HandoverEnd;
  readonly draft: ReturnType<typeof draftKey>["draft"];
}

const { Point } = ed25519;
const IDENTITY = concat(Uint8Array.of(1), new Uint8Array(31));
/** A point of order 8. */
const TORSION = fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");

const sumOf = (points: readonly Uint8Array[]) =>
  points.reduce((sum, point) => sum.add(Point.fromBytes(point)), Point.ZERO);

/** Makes a part as the honest code does, or, mostly not, the worst that can be made of others'. */
export const makePart = (
  random: Random,
  config: BridgeConfig,
  slot: number,
  others: readonly Part[],
  isRight: boolean,
): OwnPart => {
  const { holders } = config;
  if (holders === undefined) throw new TypeError("expected holders");
  const end = makeHandoverEnd();
  const { draft, commitments, proof } = draftKey(holders, slot);
  const part: Part = { handoverKey: end.publicKey, challenge: random.bytes(32), commitments, proof };
  const victim = pick(random, others);
  const [first = IDENTITY, ...rest] = commitments;
  const change = (): Partial<Part> => {
    const kinds = { right: 24, copied: 1, key: 1, rogue: 1, cancels: 1, identity: 1, torsion: 1, more: 1, fewer: 1 };
    const kind = isRight ? "right" : weighted(random, kinds);
    if (kind === "identity") return { commitments: [first, ...rest.map(() => IDENTITY)] };
    if (kind === "torsion") return { commitments: [TORSION, ...rest] };
    if (kind === "more") return { commitments: [...commitments, first] };
    if (kind === "fewer") return { commitments: rest };
    if (victim === undefined || kind === "right") return {};
    if (kind === "copied") return { commitments: victim.commitments, proof: victim.proof };
    if (kind === "key") return { handoverKey: victim.handoverKey };
    const theirs = sumOf(others.flatMap((one) => one.commitments.slice(0, 1)));
    // The group key would be a key of its own, or none.
    const wanted = kind === "rogue" ? Point.fromBytes(first) : Point.ZERO;
    return { commitments: [wanted.subtract(theirs).toBytes(), ...rest] };
  };
  return { slot, end, draft, part: { ...part, ...change() } };
};

/** What its own processes can have a TEE of their class say. */
export const evidenceOf = async ({ holders }: BridgeConfig, slot: number, reportData: Uint8Array): Promise<Member> => {
  const { bytes } = await simulatedTee("/nowhere", holders?.slots[slot - 1] ?? "").evidence(reportData);
  return { tee: "simulated", evidence: bytes, collateral: { kind: "none" } };
};

/** Boxes what a part's polynomial gives a slot, or another secret. */
export const boxOf = (own: OwnPart, config: BridgeConfig, parts: readonly Part[], to: number, isRight: boolean) => {
  const roll = { hash: rollOf(bridgeId(config), parts), parts };
  const share = (): Uint8Array => {
    const wrong = new Uint8Array(32).fill(own.slot);
    if (!isRight) return wrong;
    try {
      return dealShares(own.draft, own.slot, parts).get(to) ?? wrong;
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      return wrong;
    }
  };
  return boxTo({ end: own.end, slot: own.slot, roll }, to, share());
};
