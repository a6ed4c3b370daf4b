import type { History } from "@pdiem/bridge-client/journal/history";
import { depositId } from "./transfer-id.js";
import type { WithdrawalEnds } from "./withdrawal-ends.js";

/** Names the transfer that a release pays: a withdrawal, or the deposit that it sends back. */
export const transferOfRelease = (
  { releases }: Pick<History, "releases">,
  withdrawalEnds: Pick<WithdrawalEnds, "ofRelease">,
  release: bigint,
): string | undefined => {
  const origin = releases[Number(release)]?.origin;
  return origin?.type === "deposit" ? depositId(origin.value.number) : withdrawalEnds.ofRelease(Number(release))?.id;
};
