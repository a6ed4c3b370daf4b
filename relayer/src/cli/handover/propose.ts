import type { ActivateResponse, Hex, Party, TranscriptJson } from "@pdiem/enclave/api";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { fromHex } from "@pdiem/light-client/bytes";
import { fetchCollateral } from "../../attestation/fetch-collateral.js";
import type { Config } from "../../config.js";
import type { Output } from "../output.js";
import { ownFollower } from "../own-follower.js";
import { activeGiver, type Ends, type EndsOptions, openEnds, rulesAt } from "./ends.js";
import { writeHandover } from "./file.js";
import { checkAccepted, describeHandover, judge, shownBy } from "./verdict.js";

/** @param challenge what the evidence answers */
export const partyOf = (
  { tee, handoverKey, evidence }: Pick<ActivateResponse, "tee" | "handoverKey" | "evidence">,
  challenge: Hex,
): Party => ({ tee, handoverKey, challenge, evidence });

/** @param now ms. @throws EvidenceRefusal; CollateralError `collateral/missing` */
export const collateralFor = (
  { attestation }: Config,
  party: Party,
  now: number,
  { err: warn }: Output,
): Promise<Collateral> => fetchCollateral(shownBy(party), attestation, { now, warn });

/** Each side's process draws what the other's evidence has to answer: neither's is from before. */
const exchange = async ({ config, giver, receiver }: Ends, custodyKey: Hex): Promise<TranscriptJson> => {
  const { bridgeJson } = config;
  const { challenge } = await giver.enclave.handover.challenge({});
  const ready = await receiver.enclave.handover.receive({ config: bridgeJson, custodyKey, challenge });
  const holder = await giver.enclave.activate({ config: bridgeJson, challenge: ready.challenge });
  return { custodyKey, giver: partyOf(holder, ready.challenge), receiver: partyOf(ready, challenge) };
};

/**
 * Makes the file that guardians judge a hand-over by. Nothing is given away yet, and it can be done as often as one likes; only for
 * as long as both processes run does it lead anywhere.
 * @throws EvidenceRefusal where the bridge's rules don't admit one of the two: then there is no file; CollateralError; as `activeGiver`
 */
export const proposeHandover = async (
  { out, json, ...options }: EndsOptions & { readonly out: string; readonly json?: boolean },
  output: Output,
): Promise<void> => {
  const ends = openEnds(options);
  const { config, giver } = ends;
  const { bridgeId, custodyKey } = await activeGiver(ends);
  const view = await ownFollower(config, giver, fromHex(custodyKey, 32)).follow();
  const rules = rulesAt(config, view);
  const transcript = await exchange(ends, custodyKey);
  output.err("both enclaves have shown evidence for each other");
  const collateral = {
    giver: await collateralFor(config, transcript.giver, rules.now, output),
    receiver: await collateralFor(config, transcript.receiver, rules.now, output),
  };
  const file = { bridgeId, transcript, collateral };
  const judgement = judge(rules, file);
  const text = describeHandover(config.bridge, file, judgement);
  output.out(json === true ? JSON.stringify({ text }) : text.join("\n"));
  checkAccepted(judgement);
  writeHandover(out, file);
  output.err(
    view.inForce === undefined
      ? `in ${out}; before genesis no decision is needed: go on with pdiem handover nonce ${out}`
      : `in ${out}, for guardians to decide: pdiem guardian make handover ${out}`,
  );
};
