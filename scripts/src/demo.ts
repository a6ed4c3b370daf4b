/** One transfer each way, by one person with an account on both chains. */
import { randomBytes } from "node:crypto";
import { connectOperator } from "@pdiem/devnet/asset-hub/operator";
import type { LocalBridge } from "@pdiem/devnet/local-bridge/local-bridge";
import { toHex } from "@pdiem/light-client/bytes";
import { demonstrateDeposit } from "./demo-deposit.js";
import { demonstrateWithdrawal } from "./demo-withdrawal.js";
import { routeOf } from "./route.js";
import type { Terminal } from "./terminal.js";

/** For fees on the parachain, 12 decimals. */
const FEES = 1_000_000_000_000n;

/** @returns true if both transfers arrived */
export const demonstrate = async (bridge: LocalBridge, terminal: Terminal): Promise<boolean> => {
  const { assetHub, operator } = bridge.chains;
  const route = routeOf(bridge, "XUS");
  const holder = await connectOperator({ url: assetHub.wsUrl, uri: `0x${toHex(randomBytes(32))}` });
  try {
    await operator.fundAccount(holder.account, FEES);
    const deposited = await demonstrateDeposit(bridge, route, holder.account, terminal);
    return deposited && (await demonstrateWithdrawal(bridge, route, holder, terminal));
  } finally {
    await holder.close();
  }
};
