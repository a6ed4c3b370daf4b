import type { LocalBridge } from "@pdiem/devnet/local-bridge/local-bridge";
import { signedBy } from "./signed-by.js";
import type { Terminal } from "./terminal.js";

const POLL = 300;
const PATIENCE = 180_000;

/** What the relayer's API tells of a transfer, as far as it is shown. */
export interface TransferJson {
  readonly id: string;
  readonly stage: string;
  readonly payment?: { readonly version: string };
  readonly waitingFor?: string;
  readonly payout?: { readonly release: number; readonly state: string; readonly version?: string };
  readonly result?: { readonly outcome: string };
}

/**
 * Asks for a transfer until it has ended. Says each new stage that it sees once, and then who has
 * signed.
 * @throws Error where it doesn't end in time
 */
export const followTransfer = async (
  bridge: LocalBridge,
  terminal: Terminal,
  isWanted: (transfer: TransferJson) => boolean,
  tell: (transfer: TransferJson) => readonly [what: string, detail: string] | undefined,
): Promise<TransferJson> => {
  const { relayerUrl, folder } = bridge;
  const end = performance.now() + PATIENCE;
  let told = "";
  while (performance.now() < end) {
    const response = await fetch(`${relayerUrl}/api/v1/transfers`);
    const { transfers } = (await response.json()) as { readonly transfers: readonly TransferJson[] };
    const transfer = transfers.find(isWanted);
    const news = transfer === undefined ? undefined : tell(transfer);
    if (news !== undefined && news[0] !== told) {
      told = news[0];
      terminal.done(...news);
    }
    if (transfer?.result !== undefined) {
      terminal.done("signed", `the bridge's newest signature is ${await signedBy(bridge)}`);
      return transfer;
    }
    terminal.begin(transfer?.waitingFor === undefined ? "watching" : `waiting for ${transfer.waitingFor}`);
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  throw new Error(`the transfer did not end within ${PATIENCE / 1000} s: see the logs in ${folder}`);
};
